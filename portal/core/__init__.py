"""Words that three or more capabilities share; imports nothing of ours."""
