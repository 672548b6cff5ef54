from parity_kit import filled


def golden(case, x, y, p, run):
    params = dict(weight=1, stage=1, normalise=p['bn_relu'], ceWeight=1, kdWeight=0, temperature=4)
    sides = dict(student={'taps': {'a': x['F_s']}}, teacher={'taps': {'a': x['F_t']}})
    extras = filled('fitnet', params, sides, {'hint/filter': x['W'][None, None], 'hint/bias': x['b']})
    return {'loss': run(params, extras=extras, **sides)['hint']}
