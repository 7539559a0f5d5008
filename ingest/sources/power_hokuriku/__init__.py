"""Power outages by town in the area of Hokuriku Electric Power Transmission & Distribution."""
