import torch

from methods.know2vec import masked_rank, model_vectors, query_vectors, released_rank, transferability_loss


def golden(case, x, y, p, run):
    cell = lambda c: (c['W'], c['R'], c['b'])
    both = lambda c: (cell(c['fw']), cell(c['bw']))
    if case.name == 'model-vector':
        raw, vector = model_vectors(x['encoded'], [both(c) for c in x['params']['rows']], cell(x['params']['top']))
        task = torch.tensor(case.inputs['task'])
        head = torch.nn.functional.cross_entropy(raw @ x['head_W'] + x['head_b'], task)
        return {'raw': raw, 'vector': vector, 'head_ce': head}
    if case.name == 'query-vector':
        return {'vector': query_vectors(x['class_means'], both(x['params']['seq']), (x['params']['W'], x['params']['b']))}
    if case.name == 'rank-loss-released':
        return {'loss': released_rank(x['q'], x['m'])}
    if case.name == 'rank-loss-masked':
        return {'loss': masked_rank(x['q'], x['m'], x['task'].long(), p['margin'])}
    if case.name == 'transferability-loss':
        loss, negative = transferability_loss(x['q'], x['m'], x['labels'], p['margin'])
        return {'loss': loss, 'negative_index': negative}
    return {}  # the search for boundaries, and a measure of rankings
