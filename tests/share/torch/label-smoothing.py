def golden(case, x, y, p, run):
    if 'z_s' not in x:  # the page's own metrics
        return {}
    return {'loss': run(dict(epsilon=p['epsilon']), student={'logits': x['z_s']}, labels=y)['ce']}
