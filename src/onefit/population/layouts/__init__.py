"""How members meet the hardware: alone, on the first or the last axis, on several devices."""
