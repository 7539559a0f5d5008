"""The outside world, simulated or recorded: the island, the player, the feeds, the faults."""
