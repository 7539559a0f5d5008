"""The fictitious island prefecture 火見県 (Hinomi-ken), made from a seed."""
