from torch.nn.functional import one_hot

from methods.kdcl import joint_answer


def golden(case, x, y, p, run):
    logits = [x['z_1'], x['z_2'], x['z_3']]
    targets = one_hot(y, logits[0].shape[1]).double()
    params = dict(rule='minlogit', temperature=p['T'], weight=p['lambda'])
    whole = run(params, student=[{'logits': z} for z in logits], labels=y)
    return {**{f'teacher_{rule}': joint_answer(rule, logits, targets) for rule in ('minlogit', 'naive', 'general')},
            'grad_z_1_minlogit': (sum(whole.values()), 'z_1')}
