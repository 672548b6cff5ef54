def golden(case, x, y, p, run):
    values = lambda a, b: run(dict(distance=a, angle=b, rows=64), student={'embedding': x['f_s']},
                              teacher={'embedding': x['f_t']})
    plain, whole = values(1, 1), values(p['w_dist'], p['w_angle'])
    return {'dist': plain['distance'], 'angle': plain['angle'], 'loss': whole['distance'] + whole['angle']}
