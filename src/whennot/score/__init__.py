"""Scores: proper scores of forecasts, decision hygiene, the rubric and red flags."""
