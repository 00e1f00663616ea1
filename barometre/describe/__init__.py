"""Describe: what else did they say, and does it agree with what was printed?"""
