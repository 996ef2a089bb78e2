"""Test material drawn by code: views of cameras in many lights, what spoils a picture, what only seems to, and whole
days of a camera. Everything follows from its seed: the same words draw the same picture to the last bit.
"""
