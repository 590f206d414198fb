"""Examples, the training loop, calibration, evaluation and the baselines to beat."""
