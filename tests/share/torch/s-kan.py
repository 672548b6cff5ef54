import torch

import condenser_kan as kan


def golden(case, x, y, p, run):
    if case.name == 'bspline-basis':
        return {'basis': kan.bspline(x['x'][:, None])[:, :, 0]}
    if case.name == 'relu-kan-basis':
        return {'basis': kan.relu_bumps(x['x'], 0, 0).transpose(1, 2)}
    return {}  # whole layers are compared with the page's own
