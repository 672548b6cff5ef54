def golden(case, x, y, p, run):
    if case.name != 'kd_objective':  # scores and rules of the pruning itself
        return {}
    params = dict(rule='manual', alpha=p['alpha'], temperature=p['T'])
    return {'loss': sum(run(params, student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, labels=y).values())}
