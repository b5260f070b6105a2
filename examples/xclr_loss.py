# X-CLR's loss in PyTorch, for a training loop in Python: the same numbers as `contrastiveLoss` of xclr/losses.
import torch
import torch.nn.functional as F


def xclr_loss(z, similarities, tau=0.1, tau_s=0.1):
    """Cross-entropy between the captions' distribution over the other views and the embeddings' (arXiv 2407.18134).

    z             (n, d) projected embeddings of all views, of any length
    similarities  (n, n) similarities of their captions, e.g. cosines of a text encoder; minus infinity for "never"
    tau, tau_s    divide the cosines of z, and the similarities
    """
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)  # a view is never compared with itself
    targets = (similarities / tau_s).masked_fill(itself, float("-inf")).softmax(dim=1)
    unit = F.normalize(z.float() if z.dtype == torch.float16 else z, dim=1)
    log_p = (unit @ unit.T / tau).masked_fill(itself, float("-inf")).log_softmax(dim=1)
    return -(targets.detach() * log_p.masked_fill(targets == 0, 0)).sum(dim=1).mean()
