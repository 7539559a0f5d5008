"""Registers of shelters and evacuation sites (指定避難所・指定緊急避難場所)."""
