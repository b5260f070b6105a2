// Which parameters weight decay acts on: one rule for every optimizer.
import type { nn } from '@xclr/torch';

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
 * The decayed parameters, then those that are not: biases and the scales of norms (at most one dimension) are left alone for
 * every optimizer, as timm's `param_groups_weight_decay` does.
 */
export function decayGroups(model: nn.Module): ParameterGroup[] {
  const decayed: nn.Parameter[] = [];
  const exempt: nn.Parameter[] = [];
  for (const [name, parameter] of model.namedParameters()) {
    (parameter.ndim <= 1 || exemptNames.test(name) ? exempt : decayed).push(parameter);
  }
  const groups: ParameterGroup[] = [{ params: decayed }, { params: exempt, weightDecay: 0 }];
  return groups.filter(({ params }) => params.length > 0);
}
