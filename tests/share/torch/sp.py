def golden(case, x, y, p, run):
    taps = dict(student={'taps': {'a': x['F_s']}}, teacher={'taps': {'a': x['F_t']}})
    return {'loss': run(dict(weight=1), **taps)['similarity']}
