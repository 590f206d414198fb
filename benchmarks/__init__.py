"""Figures about speed, quality and reasons, each beside what a person would pick instead."""
