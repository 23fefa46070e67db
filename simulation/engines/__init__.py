"""The two engines: readable agents and compiled loops. One state, one set of rules, one history."""
