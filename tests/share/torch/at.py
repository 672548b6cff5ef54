from methods.at import attention_map


def golden(case, x, y, p, run):
    taps = dict(student={'taps': {'a': x['F_s']}}, teacher={'taps': {'a': x['F_t']}})
    return {'map_s': attention_map(x['F_s'], p['p']), 'loss': run(dict(power=p['p'], weight=1), **taps)['attention']}
