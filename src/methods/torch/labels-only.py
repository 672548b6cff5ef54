"""Plain training."""
TEACHER = 'none'


def losses(step):
    return {'ce': step.supervised}
