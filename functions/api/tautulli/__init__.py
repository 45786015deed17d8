"""The commands of Tautulli's API (v2) that boards and bots call."""
