def golden(case, x, y, p, run):
    if 'T_kd' in p:  # the whole loss of another code base
        return {}
    logits = dict(student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, labels=y)
    base = dict(temperature=p['T'], divergence='forward')
    plain = run({**base, 'ceWeight': 1, 'kdWeight': 1}, **logits)
    whole = run({**base, 'ceWeight': p['ce_weight'], 'kdWeight': p['kd_weight']}, **logits)
    return {'ce': plain['ce'], 'kl_T2': plain['kd'], 'loss': sum(whole.values())}
