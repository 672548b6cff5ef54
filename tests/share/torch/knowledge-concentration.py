import torch

from methods.knowledge_concentration import inside_and_out, lessons, paced, placed, sigmoid_loss, through


def golden(case, x, y, p, run):
    if case.name == 'parameter-counts':
        return {}
    if case.name == 'specialist-loss':
        return {'loss': sigmoid_loss(x['x'], x['z'])}
    if case.name == 'sc-layers':
        pairs = lambda a, b: list(zip([torch.tensor(w).double() for w in case.inputs[a]],
                                      [torch.tensor(w).double() for w in case.inputs[b]]))
        hidden = [torch.relu(z) for z in through([x['h']], pairs('W', 'b'))]
        return {'hidden': torch.cat(hidden, 1), 'logits': torch.cat(through(hidden, pairs('V', 'c')), 1)}
    sizes = [end - start for start, end in case.inputs['slices']]
    if case.name.startswith('student-loss'):
        verticals = torch.tensor(case.inputs['vertical'])
        answers = [torch.zeros(len(verticals), size).double() for size in sizes]
        for row, (v, values) in enumerate(zip(verticals.tolist(), case.inputs['x_t'])):
            answers[v][row] = torch.tensor(values)
        mask = torch.nn.functional.one_hot(verticals, len(sizes)).double()
        z = placed(lessons(answers, verticals, p['top_k']), mask, sizes)
        return {'z_star': z, 'loss': sum(inside_and_out(x['x'], z, mask, sizes))}
    y = paced(x['x'], x['gamma'], sizes, p.get('scope', 'vertical'))
    return {'y': y, **({'loss': sigmoid_loss(y, x['z_star'])} if 'z_star' in x else {})}
