import torch

from methods.knowledge_concentration import inside_and_out, kept_answers, paced, separate_layers, sigmoid_loss


def golden(case, x, y, p, run):
    if case.name == 'parameter-counts':
        return {}
    if case.name == 'specialist-loss':
        return {'loss': sigmoid_loss(x['x'], x['z'])}
    if case.name == 'sc-layers':
        pairs = lambda a, b: list(zip([torch.tensor(w).double() for w in case.inputs[a]],
                                      [torch.tensor(w).double() for w in case.inputs[b]]))
        hidden, logits = separate_layers(x['h'], pairs('W', 'b'), pairs('V', 'c'))
        return {'hidden': hidden, 'logits': logits}
    sizes = [end - start for start, end in case.inputs['slices']]
    if case.name.startswith('student-loss'):
        verticals = torch.tensor(case.inputs['vertical'])
        rows = torch.zeros(len(verticals), max(sizes)).double()
        for row, values in enumerate(case.inputs['x_t']):
            rows[row, :len(values)] = torch.tensor(values)
        z = kept_answers(rows, verticals, sizes, p['top_k'])
        mask = torch.nn.functional.one_hot(verticals, len(sizes)).double()
        return {'z_star': z, 'loss': sum(inside_and_out(x['x'], z, mask, sizes))}
    y = paced(x['x'], x['gamma'], sizes, p.get('scope', 'vertical'))
    return {'y': y, **({'loss': sigmoid_loss(y, x['z_star'])} if 'z_star' in x else {})}
