// Which parameters weight decay acts on: one rule for every optimizer.
import type { nn } from '@xclr/torch';
import type { TrainConfig } from './config.js';

/** Some parameters with what they override of the optimizer's settings. */
export interface ParameterGroup {
  readonly params: readonly nn.Parameter[];
  readonly weightDecay?: number;
}

/**
 * Never decayed by any optimizer: the scale of CLIP's logits, as in OpenCLIP, and a vision transformer's class token and
 * position embedding, as timm's `no_weight_decay` has it.
 */
const exemptNames = /(^|\.)(logit_scale|cls_token|pos_embed)$/;

/**
 * The decayed parameters, then those that are not. AdamW and LARS leave biases and the scales of norms (at most one dimension)
 * alone, as timm, OpenCLIP and SimCLR do; SGD decays them too, as PyTorch's reference and MoCo do.
 */
export function decayGroups(model: nn.Module, optimizer: TrainConfig['optimizer']['name']): ParameterGroup[] {
  const decayed: nn.Parameter[] = [];
  const exempt: nn.Parameter[] = [];
  for (const [name, parameter] of model.namedParameters()) {
    const oneDimensional = parameter.ndim <= 1 && optimizer !== 'sgd';
    (oneDimensional || exemptNames.test(name) ? exempt : decayed).push(parameter);
  }
  const groups: ParameterGroup[] = [{ params: decayed }, { params: exempt, weightDecay: 0 }];
  return groups.filter(({ params }) => params.length > 0);
}
