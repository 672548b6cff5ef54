from torch.nn.functional import one_hot

from methods.kdcl import error_covariance, joint_answer, least_error_weights


def golden(case, x, y, p, run):
    logits = [x['z_1'], x['z_2'], x['z_3']]
    targets = one_hot(y, logits[0].shape[1]).double()
    params = dict(rule='minlogit', temperature=p['T'], weight=p['lambda'])
    whole = run(params, student=[{'logits': z} for z in logits], labels=y)
    covariance = error_covariance(logits, targets)
    weights = least_error_weights(covariance)
    return {**{f'teacher_{rule}': joint_answer(rule, logits, targets, weights) for rule in ('minlogit', 'naive', 'general')},
            'general_cov': covariance, 'general_weights': weights,
            'grad_z_1_minlogit': (sum(whole.values()), 'z_1')}
