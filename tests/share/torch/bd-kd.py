def golden(case, x, y, p, run):
    if 'T' not in p:  # the page's own measures
        return {}
    params = dict(temperature=p['T'], gate=p['mode'], delta=p['delta'], kappa=p['kappa'], student=p['lambda'],
                  teacher=p['lambda'])
    terms = run(params, student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, labels=y)
    student = terms['labels'] + terms['forward'] + terms['reverse']
    teacher = terms['teacherLabels'] + terms['teacherKd']
    return {'loss_student': student, 'loss_teacher': teacher, 'loss': student, 'grad_z_t': (teacher, 'z_t')}
