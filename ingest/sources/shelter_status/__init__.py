"""Opening, crowding and head-counts of shelters (避難所の開設・混雑・避難者数)."""
