def golden(case, x, y, p, run):
    values = lambda a, b: run(dict(inter=a, intra=b, temperature=p['tau']),
                              student={'logits': x['z_s']}, teacher={'logits': x['z_t']})
    whole, plain = values(p['beta'], p['gamma']), values(1, 1)
    return {'inter': plain['inter'], 'intra': plain['intra'], 'loss': whole['inter'] + whole['intra']}
