// The operators that get a typed function and method: `name.overload`, or `name.A|name.B` where two overloads
// differ in one argument's type and make one function. To bind another, add a line and run `npm run codegen`.
export const allowList = `
abs abs_ neg neg_ exp exp_ expm1 log log_ log1p log2 sqrt sqrt_ rsqrt rsqrt_ square square_ reciprocal reciprocal_
sin cos tan atan tanh tanh_ sigmoid sigmoid_ relu relu_ erf floor floor_ ceil round sign frac sinc
isnan isinf isfinite logical_not logical_and logical_or bitwise_not
gelu silu silu_ hardswish hardswish_ hardsigmoid hardsigmoid_ leaky_relu elu softplus relu6 mish
add.Tensor|add.Scalar add_.Tensor|add_.Scalar sub.Tensor|sub.Scalar sub_.Tensor|sub_.Scalar
mul.Tensor|mul.Scalar mul_.Tensor|mul_.Scalar div.Tensor|div.Scalar div_.Tensor|div_.Scalar
remainder.Tensor|remainder.Scalar rsub.Tensor|rsub.Scalar
pow.Tensor_Tensor|pow.Tensor_Scalar atan2 maximum minimum
eq.Tensor|eq.Scalar ne.Tensor|ne.Scalar lt.Tensor|lt.Scalar le.Tensor|le.Scalar gt.Tensor|gt.Scalar ge.Tensor|ge.Scalar
addcmul addcmul_ addcdiv addcdiv_ lerp.Scalar|lerp.Tensor lerp_.Scalar|lerp_.Tensor
clamp clamp_ clamp_min clamp_min_ clamp_max where.self masked_fill.Scalar masked_fill_.Scalar nan_to_num nan_to_num_
zero_ fill_.Scalar copy_ clone detach contiguous alias
sum.dim_IntList mean.dim prod amax amin argmax argmin any all any.dim all.dim std.correction var.correction
var_mean.correction norm.ScalarOpt_dim linalg_vector_norm max.dim min.dim cumsum logsumexp logaddexp median count_nonzero
softmax.int log_softmax.int topk sort argsort unique_dim bincount histc searchsorted.Tensor bucketize.Tensor
matmul mm bmm mv dot addmm addmm_ baddbmm einsum linear outer
linalg_svd linalg_eigh linalg_qr linalg_solve linalg_cholesky cholesky_solve linalg_inv triu tril diagonal diag eye
reshape view as_strided flatten.using_ints permute transpose.int t squeeze.dim unsqueeze expand narrow select.int slice.Tensor
cat stack split.Tensor split_with_sizes chunk unbind.int flip roll repeat repeat_interleave.self_int tile
index_select gather scatter_.value scatter_.src scatter_add scatter_add_ index_add index_add_ index_copy_ index.Tensor
index_put_ masked_select nonzero take_along_dim embedding one_hot diagonal_scatter meshgrid.indexing
zeros ones full empty.memory_format arange arange.start arange.start_step linspace rand randn randint.low randperm
zeros_like ones_like empty_like full_like rand_like randn_like bernoulli_.float normal_ uniform_
conv2d conv2d.padding conv_transpose2d.input conv1d batch_norm group_norm layer_norm instance_norm dropout
max_pool2d avg_pool2d adaptive_avg_pool2d upsample_bilinear2d.vec upsample_nearest2d.vec upsample_bicubic2d.vec
_upsample_bilinear2d_aa.vec _upsample_bicubic2d_aa.vec pad reflection_pad2d replication_pad2d constant_pad_nd grid_sampler affine_grid_generator unfold im2col
nll_loss cross_entropy_loss mse_loss binary_cross_entropy_with_logits cosine_similarity cdist
to.dtype_layout type_as
_foreach_add.Scalar _foreach_add.List _foreach_add_.Scalar _foreach_add_.List _foreach_mul.Scalar _foreach_mul_.Scalar
_foreach_mul.List _foreach_mul_.List _foreach_div.Scalar _foreach_div_.List _foreach_div.List _foreach_div_.Scalar _foreach_sub_.List
_foreach_mul.ScalarList _foreach_mul_.ScalarList _foreach_add.ScalarList _foreach_add_.ScalarList _foreach_div_.ScalarList
_foreach_addcmul_.Scalar _foreach_addcdiv_.Scalar _foreach_addcdiv_.ScalarList _foreach_sqrt _foreach_sqrt_ _foreach_neg
_foreach_norm.Scalar _foreach_zero_ _foreach_reciprocal_
set_data erfinv_
`
  .split(/\s+/)
  .filter((entry) => entry !== '');
