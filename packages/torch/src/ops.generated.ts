// Made by codegen/generate.mjs from the schemas of LibTorch 1.13.0. Do not edit: change codegen/ and run `npm run codegen`.
import type { Device, Dtype, MemoryFormat } from './dtype.js';
import { native } from './native.js';
import { handles, operator, resolve } from './operators.js';
import { TensorBase } from './tensor-base.js';

const OP_abs = operator('aten::abs', '');
const OP_abs_ = operator('aten::abs_', '');
const OP_neg = operator('aten::neg', '');
const OP_neg_ = operator('aten::neg_', '');
const OP_exp = operator('aten::exp', '');
const OP_exp_ = operator('aten::exp_', '');
const OP_expm1 = operator('aten::expm1', '');
const OP_log = operator('aten::log', '');
const OP_log_ = operator('aten::log_', '');
const OP_log1p = operator('aten::log1p', '');
const OP_log2 = operator('aten::log2', '');
const OP_sqrt = operator('aten::sqrt', '');
const OP_sqrt_ = operator('aten::sqrt_', '');
const OP_rsqrt = operator('aten::rsqrt', '');
const OP_rsqrt_ = operator('aten::rsqrt_', '');
const OP_square = operator('aten::square', '');
const OP_square_ = operator('aten::square_', '');
const OP_reciprocal = operator('aten::reciprocal', '');
const OP_reciprocal_ = operator('aten::reciprocal_', '');
const OP_sin = operator('aten::sin', '');
const OP_cos = operator('aten::cos', '');
const OP_tan = operator('aten::tan', '');
const OP_atan = operator('aten::atan', '');
const OP_tanh = operator('aten::tanh', '');
const OP_tanh_ = operator('aten::tanh_', '');
const OP_sigmoid = operator('aten::sigmoid', '');
const OP_sigmoid_ = operator('aten::sigmoid_', '');
const OP_relu = operator('aten::relu', '');
const OP_relu_ = operator('aten::relu_', '');
const OP_erf = operator('aten::erf', '');
const OP_floor = operator('aten::floor', '');
const OP_floor_ = operator('aten::floor_', '');
const OP_ceil = operator('aten::ceil', '');
const OP_round = operator('aten::round', '');
const OP_sign = operator('aten::sign', '');
const OP_frac = operator('aten::frac', '');
const OP_sinc = operator('aten::sinc', '');
const OP_isnan = operator('aten::isnan', '');
const OP_isinf = operator('aten::isinf', '');
const OP_isfinite = operator('aten::isfinite', '');
const OP_logical_not = operator('aten::logical_not', '');
const OP_logical_and = operator('aten::logical_and', '');
const OP_logical_or = operator('aten::logical_or', '');
const OP_bitwise_not = operator('aten::bitwise_not', '');
const OP_gelu = operator('aten::gelu', '');
const OP_silu = operator('aten::silu', '');
const OP_silu_ = operator('aten::silu_', '');
const OP_hardswish = operator('aten::hardswish', '');
const OP_hardswish_ = operator('aten::hardswish_', '');
const OP_hardsigmoid = operator('aten::hardsigmoid', '');
const OP_hardsigmoid_ = operator('aten::hardsigmoid_', '');
const OP_leaky_relu = operator('aten::leaky_relu', '');
const OP_elu = operator('aten::elu', '');
const OP_softplus = operator('aten::softplus', '');
const OP_relu6 = operator('aten::relu6', '');
const OP_mish = operator('aten::mish', '');
const OP_add__Tensor = operator('aten::add', 'Tensor');
const OP_add__Scalar = operator('aten::add', 'Scalar');
const OP_add___Tensor = operator('aten::add_', 'Tensor');
const OP_add___Scalar = operator('aten::add_', 'Scalar');
const OP_sub__Tensor = operator('aten::sub', 'Tensor');
const OP_sub__Scalar = operator('aten::sub', 'Scalar');
const OP_sub___Tensor = operator('aten::sub_', 'Tensor');
const OP_sub___Scalar = operator('aten::sub_', 'Scalar');
const OP_mul__Tensor = operator('aten::mul', 'Tensor');
const OP_mul__Scalar = operator('aten::mul', 'Scalar');
const OP_mul___Tensor = operator('aten::mul_', 'Tensor');
const OP_mul___Scalar = operator('aten::mul_', 'Scalar');
const OP_div__Tensor = operator('aten::div', 'Tensor');
const OP_div__Scalar = operator('aten::div', 'Scalar');
const OP_div___Tensor = operator('aten::div_', 'Tensor');
const OP_div___Scalar = operator('aten::div_', 'Scalar');
const OP_remainder__Tensor = operator('aten::remainder', 'Tensor');
const OP_remainder__Scalar = operator('aten::remainder', 'Scalar');
const OP_rsub__Tensor = operator('aten::rsub', 'Tensor');
const OP_rsub__Scalar = operator('aten::rsub', 'Scalar');
const OP_pow__Tensor_Tensor = operator('aten::pow', 'Tensor_Tensor');
const OP_pow__Tensor_Scalar = operator('aten::pow', 'Tensor_Scalar');
const OP_atan2 = operator('aten::atan2', '');
const OP_maximum = operator('aten::maximum', '');
const OP_minimum = operator('aten::minimum', '');
const OP_eq__Tensor = operator('aten::eq', 'Tensor');
const OP_eq__Scalar = operator('aten::eq', 'Scalar');
const OP_ne__Tensor = operator('aten::ne', 'Tensor');
const OP_ne__Scalar = operator('aten::ne', 'Scalar');
const OP_lt__Tensor = operator('aten::lt', 'Tensor');
const OP_lt__Scalar = operator('aten::lt', 'Scalar');
const OP_le__Tensor = operator('aten::le', 'Tensor');
const OP_le__Scalar = operator('aten::le', 'Scalar');
const OP_gt__Tensor = operator('aten::gt', 'Tensor');
const OP_gt__Scalar = operator('aten::gt', 'Scalar');
const OP_ge__Tensor = operator('aten::ge', 'Tensor');
const OP_ge__Scalar = operator('aten::ge', 'Scalar');
const OP_addcmul = operator('aten::addcmul', '');
const OP_addcmul_ = operator('aten::addcmul_', '');
const OP_addcdiv = operator('aten::addcdiv', '');
const OP_addcdiv_ = operator('aten::addcdiv_', '');
const OP_lerp__Scalar = operator('aten::lerp', 'Scalar');
const OP_lerp__Tensor = operator('aten::lerp', 'Tensor');
const OP_lerp___Scalar = operator('aten::lerp_', 'Scalar');
const OP_lerp___Tensor = operator('aten::lerp_', 'Tensor');
const OP_clamp = operator('aten::clamp', '');
const OP_clamp_ = operator('aten::clamp_', '');
const OP_clamp_min = operator('aten::clamp_min', '');
const OP_clamp_min_ = operator('aten::clamp_min_', '');
const OP_clamp_max = operator('aten::clamp_max', '');
const OP_where__self = operator('aten::where', 'self');
const OP_masked_fill__Scalar = operator('aten::masked_fill', 'Scalar');
const OP_masked_fill___Scalar = operator('aten::masked_fill_', 'Scalar');
const OP_nan_to_num = operator('aten::nan_to_num', '');
const OP_nan_to_num_ = operator('aten::nan_to_num_', '');
const OP_zero_ = operator('aten::zero_', '');
const OP_fill___Scalar = operator('aten::fill_', 'Scalar');
const OP_copy_ = operator('aten::copy_', '');
const OP_clone = operator('aten::clone', '');
const OP_detach = operator('aten::detach', '');
const OP_contiguous = operator('aten::contiguous', '');
const OP_alias = operator('aten::alias', '');
const OP_sum__dim_IntList = operator('aten::sum', 'dim_IntList');
const OP_mean__dim = operator('aten::mean', 'dim');
const OP_prod = operator('aten::prod', '');
const OP_amax = operator('aten::amax', '');
const OP_amin = operator('aten::amin', '');
const OP_argmax = operator('aten::argmax', '');
const OP_argmin = operator('aten::argmin', '');
const OP_any = operator('aten::any', '');
const OP_all = operator('aten::all', '');
const OP_any__dim = operator('aten::any', 'dim');
const OP_all__dim = operator('aten::all', 'dim');
const OP_std__correction = operator('aten::std', 'correction');
const OP_var__correction = operator('aten::var', 'correction');
const OP_var_mean__correction = operator('aten::var_mean', 'correction');
const OP_norm__ScalarOpt_dim = operator('aten::norm', 'ScalarOpt_dim');
const OP_linalg_vector_norm = operator('aten::linalg_vector_norm', '');
const OP_max__dim = operator('aten::max', 'dim');
const OP_min__dim = operator('aten::min', 'dim');
const OP_cumsum = operator('aten::cumsum', '');
const OP_logsumexp = operator('aten::logsumexp', '');
const OP_logaddexp = operator('aten::logaddexp', '');
const OP_median = operator('aten::median', '');
const OP_count_nonzero = operator('aten::count_nonzero', '');
const OP_softmax__int = operator('aten::softmax', 'int');
const OP_log_softmax__int = operator('aten::log_softmax', 'int');
const OP_topk = operator('aten::topk', '');
const OP_sort = operator('aten::sort', '');
const OP_argsort = operator('aten::argsort', '');
const OP_unique_dim = operator('aten::unique_dim', '');
const OP_bincount = operator('aten::bincount', '');
const OP_histc = operator('aten::histc', '');
const OP_searchsorted__Tensor = operator('aten::searchsorted', 'Tensor');
const OP_bucketize__Tensor = operator('aten::bucketize', 'Tensor');
const OP_matmul = operator('aten::matmul', '');
const OP_mm = operator('aten::mm', '');
const OP_bmm = operator('aten::bmm', '');
const OP_mv = operator('aten::mv', '');
const OP_dot = operator('aten::dot', '');
const OP_addmm = operator('aten::addmm', '');
const OP_addmm_ = operator('aten::addmm_', '');
const OP_baddbmm = operator('aten::baddbmm', '');
const OP_einsum = operator('aten::einsum', '');
const OP_linear = operator('aten::linear', '');
const OP_outer = operator('aten::outer', '');
const OP_linalg_svd = operator('aten::linalg_svd', '');
const OP_linalg_eigh = operator('aten::linalg_eigh', '');
const OP_linalg_qr = operator('aten::linalg_qr', '');
const OP_linalg_solve = operator('aten::linalg_solve', '');
const OP_linalg_cholesky = operator('aten::linalg_cholesky', '');
const OP_cholesky_solve = operator('aten::cholesky_solve', '');
const OP_linalg_inv = operator('aten::linalg_inv', '');
const OP_triu = operator('aten::triu', '');
const OP_tril = operator('aten::tril', '');
const OP_diagonal = operator('aten::diagonal', '');
const OP_diag = operator('aten::diag', '');
const OP_eye = operator('aten::eye', '');
const OP_reshape = operator('aten::reshape', '');
const OP_view = operator('aten::view', '');
const OP_as_strided = operator('aten::as_strided', '');
const OP_flatten__using_ints = operator('aten::flatten', 'using_ints');
const OP_permute = operator('aten::permute', '');
const OP_transpose__int = operator('aten::transpose', 'int');
const OP_t = operator('aten::t', '');
const OP_squeeze__dim = operator('aten::squeeze', 'dim');
const OP_unsqueeze = operator('aten::unsqueeze', '');
const OP_expand = operator('aten::expand', '');
const OP_narrow = operator('aten::narrow', '');
const OP_select__int = operator('aten::select', 'int');
const OP_slice__Tensor = operator('aten::slice', 'Tensor');
const OP_cat = operator('aten::cat', '');
const OP_stack = operator('aten::stack', '');
const OP_split__Tensor = operator('aten::split', 'Tensor');
const OP_split_with_sizes = operator('aten::split_with_sizes', '');
const OP_chunk = operator('aten::chunk', '');
const OP_unbind__int = operator('aten::unbind', 'int');
const OP_flip = operator('aten::flip', '');
const OP_roll = operator('aten::roll', '');
const OP_repeat = operator('aten::repeat', '');
const OP_repeat_interleave__self_int = operator('aten::repeat_interleave', 'self_int');
const OP_tile = operator('aten::tile', '');
const OP_index_select = operator('aten::index_select', '');
const OP_gather = operator('aten::gather', '');
const OP_scatter___value = operator('aten::scatter_', 'value');
const OP_scatter___src = operator('aten::scatter_', 'src');
const OP_scatter_add = operator('aten::scatter_add', '');
const OP_scatter_add_ = operator('aten::scatter_add_', '');
const OP_index_add = operator('aten::index_add', '');
const OP_index_add_ = operator('aten::index_add_', '');
const OP_index_copy_ = operator('aten::index_copy_', '');
const OP_index__Tensor = operator('aten::index', 'Tensor');
const OP_index_put_ = operator('aten::index_put_', '');
const OP_masked_select = operator('aten::masked_select', '');
const OP_nonzero = operator('aten::nonzero', '');
const OP_take_along_dim = operator('aten::take_along_dim', '');
const OP_embedding = operator('aten::embedding', '');
const OP_one_hot = operator('aten::one_hot', '');
const OP_diagonal_scatter = operator('aten::diagonal_scatter', '');
const OP_meshgrid__indexing = operator('aten::meshgrid', 'indexing');
const OP_zeros = operator('aten::zeros', '');
const OP_ones = operator('aten::ones', '');
const OP_full = operator('aten::full', '');
const OP_empty__memory_format = operator('aten::empty', 'memory_format');
const OP_arange = operator('aten::arange', '');
const OP_arange__start = operator('aten::arange', 'start');
const OP_arange__start_step = operator('aten::arange', 'start_step');
const OP_linspace = operator('aten::linspace', '');
const OP_rand = operator('aten::rand', '');
const OP_randn = operator('aten::randn', '');
const OP_randint__low = operator('aten::randint', 'low');
const OP_randperm = operator('aten::randperm', '');
const OP_zeros_like = operator('aten::zeros_like', '');
const OP_ones_like = operator('aten::ones_like', '');
const OP_empty_like = operator('aten::empty_like', '');
const OP_full_like = operator('aten::full_like', '');
const OP_rand_like = operator('aten::rand_like', '');
const OP_randn_like = operator('aten::randn_like', '');
const OP_bernoulli___float = operator('aten::bernoulli_', 'float');
const OP_normal_ = operator('aten::normal_', '');
const OP_uniform_ = operator('aten::uniform_', '');
const OP_conv2d = operator('aten::conv2d', '');
const OP_conv2d__padding = operator('aten::conv2d', 'padding');
const OP_conv_transpose2d__input = operator('aten::conv_transpose2d', 'input');
const OP_conv1d = operator('aten::conv1d', '');
const OP_batch_norm = operator('aten::batch_norm', '');
const OP_group_norm = operator('aten::group_norm', '');
const OP_layer_norm = operator('aten::layer_norm', '');
const OP_instance_norm = operator('aten::instance_norm', '');
const OP_dropout = operator('aten::dropout', '');
const OP_max_pool2d = operator('aten::max_pool2d', '');
const OP_avg_pool2d = operator('aten::avg_pool2d', '');
const OP_adaptive_avg_pool2d = operator('aten::adaptive_avg_pool2d', '');
const OP_upsample_bilinear2d__vec = operator('aten::upsample_bilinear2d', 'vec');
const OP_upsample_nearest2d__vec = operator('aten::upsample_nearest2d', 'vec');
const OP_upsample_bicubic2d__vec = operator('aten::upsample_bicubic2d', 'vec');
const OP__upsample_bilinear2d_aa__vec = operator('aten::_upsample_bilinear2d_aa', 'vec');
const OP__upsample_bicubic2d_aa__vec = operator('aten::_upsample_bicubic2d_aa', 'vec');
const OP_pad = operator('aten::pad', '');
const OP_reflection_pad2d = operator('aten::reflection_pad2d', '');
const OP_replication_pad2d = operator('aten::replication_pad2d', '');
const OP_constant_pad_nd = operator('aten::constant_pad_nd', '');
const OP_grid_sampler = operator('aten::grid_sampler', '');
const OP_affine_grid_generator = operator('aten::affine_grid_generator', '');
const OP_unfold = operator('aten::unfold', '');
const OP_im2col = operator('aten::im2col', '');
const OP_nll_loss = operator('aten::nll_loss', '');
const OP_cross_entropy_loss = operator('aten::cross_entropy_loss', '');
const OP_mse_loss = operator('aten::mse_loss', '');
const OP_binary_cross_entropy_with_logits = operator('aten::binary_cross_entropy_with_logits', '');
const OP_cosine_similarity = operator('aten::cosine_similarity', '');
const OP_cdist = operator('aten::cdist', '');
const OP_to__dtype_layout = operator('aten::to', 'dtype_layout');
const OP_type_as = operator('aten::type_as', '');
const OP__foreach_add__Scalar = operator('aten::_foreach_add', 'Scalar');
const OP__foreach_add__List = operator('aten::_foreach_add', 'List');
const OP__foreach_add___Scalar = operator('aten::_foreach_add_', 'Scalar');
const OP__foreach_add___List = operator('aten::_foreach_add_', 'List');
const OP__foreach_mul__Scalar = operator('aten::_foreach_mul', 'Scalar');
const OP__foreach_mul___Scalar = operator('aten::_foreach_mul_', 'Scalar');
const OP__foreach_mul__List = operator('aten::_foreach_mul', 'List');
const OP__foreach_mul___List = operator('aten::_foreach_mul_', 'List');
const OP__foreach_div__Scalar = operator('aten::_foreach_div', 'Scalar');
const OP__foreach_div___List = operator('aten::_foreach_div_', 'List');
const OP__foreach_div__List = operator('aten::_foreach_div', 'List');
const OP__foreach_div___Scalar = operator('aten::_foreach_div_', 'Scalar');
const OP__foreach_sub___List = operator('aten::_foreach_sub_', 'List');
const OP__foreach_mul__ScalarList = operator('aten::_foreach_mul', 'ScalarList');
const OP__foreach_mul___ScalarList = operator('aten::_foreach_mul_', 'ScalarList');
const OP__foreach_add__ScalarList = operator('aten::_foreach_add', 'ScalarList');
const OP__foreach_add___ScalarList = operator('aten::_foreach_add_', 'ScalarList');
const OP__foreach_div___ScalarList = operator('aten::_foreach_div_', 'ScalarList');
const OP__foreach_addcmul___Scalar = operator('aten::_foreach_addcmul_', 'Scalar');
const OP__foreach_addcdiv___Scalar = operator('aten::_foreach_addcdiv_', 'Scalar');
const OP__foreach_addcdiv___ScalarList = operator('aten::_foreach_addcdiv_', 'ScalarList');
const OP__foreach_sqrt = operator('aten::_foreach_sqrt', '');
const OP__foreach_sqrt_ = operator('aten::_foreach_sqrt_', '');
const OP__foreach_neg = operator('aten::_foreach_neg', '');
const OP__foreach_norm__Scalar = operator('aten::_foreach_norm', 'Scalar');
const OP__foreach_zero_ = operator('aten::_foreach_zero_', '');
const OP__foreach_reciprocal_ = operator('aten::_foreach_reciprocal_', '');
const OP_set_data = operator('aten::set_data', '');
const OP_erfinv_ = operator('aten::erfinv_', '');

/** aten::abs(Tensor self) -> Tensor */
export function abs(self: Tensor): Tensor {
  return wrap(native.call(OP_abs.id ?? resolve(OP_abs), self.handle));
}

/** aten::abs_(Tensor(a!) self) -> Tensor(a!) */
export function abs_(self: Tensor): Tensor {
  native.call(OP_abs_.id ?? resolve(OP_abs_), self.handle);
  return self;
}

/** aten::neg(Tensor self) -> Tensor */
export function neg(self: Tensor): Tensor {
  return wrap(native.call(OP_neg.id ?? resolve(OP_neg), self.handle));
}

/** aten::neg_(Tensor(a!) self) -> Tensor(a!) */
export function neg_(self: Tensor): Tensor {
  native.call(OP_neg_.id ?? resolve(OP_neg_), self.handle);
  return self;
}

/** aten::exp(Tensor self) -> Tensor */
export function exp(self: Tensor): Tensor {
  return wrap(native.call(OP_exp.id ?? resolve(OP_exp), self.handle));
}

/** aten::exp_(Tensor(a!) self) -> Tensor(a!) */
export function exp_(self: Tensor): Tensor {
  native.call(OP_exp_.id ?? resolve(OP_exp_), self.handle);
  return self;
}

/** aten::expm1(Tensor self) -> Tensor */
export function expm1(self: Tensor): Tensor {
  return wrap(native.call(OP_expm1.id ?? resolve(OP_expm1), self.handle));
}

/** aten::log(Tensor self) -> Tensor */
export function log(self: Tensor): Tensor {
  return wrap(native.call(OP_log.id ?? resolve(OP_log), self.handle));
}

/** aten::log_(Tensor(a!) self) -> Tensor(a!) */
export function log_(self: Tensor): Tensor {
  native.call(OP_log_.id ?? resolve(OP_log_), self.handle);
  return self;
}

/** aten::log1p(Tensor self) -> Tensor */
export function log1p(self: Tensor): Tensor {
  return wrap(native.call(OP_log1p.id ?? resolve(OP_log1p), self.handle));
}

/** aten::log2(Tensor self) -> Tensor */
export function log2(self: Tensor): Tensor {
  return wrap(native.call(OP_log2.id ?? resolve(OP_log2), self.handle));
}

/** aten::sqrt(Tensor self) -> Tensor */
export function sqrt(self: Tensor): Tensor {
  return wrap(native.call(OP_sqrt.id ?? resolve(OP_sqrt), self.handle));
}

/** aten::sqrt_(Tensor(a!) self) -> Tensor(a!) */
export function sqrt_(self: Tensor): Tensor {
  native.call(OP_sqrt_.id ?? resolve(OP_sqrt_), self.handle);
  return self;
}

/** aten::rsqrt(Tensor self) -> Tensor */
export function rsqrt(self: Tensor): Tensor {
  return wrap(native.call(OP_rsqrt.id ?? resolve(OP_rsqrt), self.handle));
}

/** aten::rsqrt_(Tensor(a!) self) -> Tensor(a!) */
export function rsqrt_(self: Tensor): Tensor {
  native.call(OP_rsqrt_.id ?? resolve(OP_rsqrt_), self.handle);
  return self;
}

/** aten::square(Tensor self) -> Tensor */
export function square(self: Tensor): Tensor {
  return wrap(native.call(OP_square.id ?? resolve(OP_square), self.handle));
}

/** aten::square_(Tensor(a!) self) -> Tensor(a!) */
export function square_(self: Tensor): Tensor {
  native.call(OP_square_.id ?? resolve(OP_square_), self.handle);
  return self;
}

/** aten::reciprocal(Tensor self) -> Tensor */
export function reciprocal(self: Tensor): Tensor {
  return wrap(native.call(OP_reciprocal.id ?? resolve(OP_reciprocal), self.handle));
}

/** aten::reciprocal_(Tensor(a!) self) -> Tensor(a!) */
export function reciprocal_(self: Tensor): Tensor {
  native.call(OP_reciprocal_.id ?? resolve(OP_reciprocal_), self.handle);
  return self;
}

/** aten::sin(Tensor self) -> Tensor */
export function sin(self: Tensor): Tensor {
  return wrap(native.call(OP_sin.id ?? resolve(OP_sin), self.handle));
}

/** aten::cos(Tensor self) -> Tensor */
export function cos(self: Tensor): Tensor {
  return wrap(native.call(OP_cos.id ?? resolve(OP_cos), self.handle));
}

/** aten::tan(Tensor self) -> Tensor */
export function tan(self: Tensor): Tensor {
  return wrap(native.call(OP_tan.id ?? resolve(OP_tan), self.handle));
}

/** aten::atan(Tensor self) -> Tensor */
export function atan(self: Tensor): Tensor {
  return wrap(native.call(OP_atan.id ?? resolve(OP_atan), self.handle));
}

/** aten::tanh(Tensor self) -> Tensor */
export function tanh(self: Tensor): Tensor {
  return wrap(native.call(OP_tanh.id ?? resolve(OP_tanh), self.handle));
}

/** aten::tanh_(Tensor(a!) self) -> Tensor(a!) */
export function tanh_(self: Tensor): Tensor {
  native.call(OP_tanh_.id ?? resolve(OP_tanh_), self.handle);
  return self;
}

/** aten::sigmoid(Tensor self) -> Tensor */
export function sigmoid(self: Tensor): Tensor {
  return wrap(native.call(OP_sigmoid.id ?? resolve(OP_sigmoid), self.handle));
}

/** aten::sigmoid_(Tensor(a!) self) -> Tensor(a!) */
export function sigmoid_(self: Tensor): Tensor {
  native.call(OP_sigmoid_.id ?? resolve(OP_sigmoid_), self.handle);
  return self;
}

/** aten::relu(Tensor self) -> Tensor */
export function relu(self: Tensor): Tensor {
  return wrap(native.call(OP_relu.id ?? resolve(OP_relu), self.handle));
}

/** aten::relu_(Tensor(a!) self) -> Tensor(a!) */
export function relu_(self: Tensor): Tensor {
  native.call(OP_relu_.id ?? resolve(OP_relu_), self.handle);
  return self;
}

/** aten::erf(Tensor self) -> Tensor */
export function erf(self: Tensor): Tensor {
  return wrap(native.call(OP_erf.id ?? resolve(OP_erf), self.handle));
}

/** aten::floor(Tensor self) -> Tensor */
export function floor(self: Tensor): Tensor {
  return wrap(native.call(OP_floor.id ?? resolve(OP_floor), self.handle));
}

/** aten::floor_(Tensor(a!) self) -> Tensor(a!) */
export function floor_(self: Tensor): Tensor {
  native.call(OP_floor_.id ?? resolve(OP_floor_), self.handle);
  return self;
}

/** aten::ceil(Tensor self) -> Tensor */
export function ceil(self: Tensor): Tensor {
  return wrap(native.call(OP_ceil.id ?? resolve(OP_ceil), self.handle));
}

/** aten::round(Tensor self) -> Tensor */
export function round(self: Tensor): Tensor {
  return wrap(native.call(OP_round.id ?? resolve(OP_round), self.handle));
}

/** aten::sign(Tensor self) -> Tensor */
export function sign(self: Tensor): Tensor {
  return wrap(native.call(OP_sign.id ?? resolve(OP_sign), self.handle));
}

/** aten::frac(Tensor self) -> Tensor */
export function frac(self: Tensor): Tensor {
  return wrap(native.call(OP_frac.id ?? resolve(OP_frac), self.handle));
}

/** aten::sinc(Tensor self) -> Tensor */
export function sinc(self: Tensor): Tensor {
  return wrap(native.call(OP_sinc.id ?? resolve(OP_sinc), self.handle));
}

/** aten::isnan(Tensor self) -> Tensor */
export function isnan(self: Tensor): Tensor {
  return wrap(native.call(OP_isnan.id ?? resolve(OP_isnan), self.handle));
}

/** aten::isinf(Tensor self) -> Tensor */
export function isinf(self: Tensor): Tensor {
  return wrap(native.call(OP_isinf.id ?? resolve(OP_isinf), self.handle));
}

/** aten::isfinite(Tensor self) -> Tensor */
export function isfinite(self: Tensor): Tensor {
  return wrap(native.call(OP_isfinite.id ?? resolve(OP_isfinite), self.handle));
}

/** aten::logical_not(Tensor self) -> Tensor */
export function logicalNot(self: Tensor): Tensor {
  return wrap(native.call(OP_logical_not.id ?? resolve(OP_logical_not), self.handle));
}

/** aten::logical_and(Tensor self, Tensor other) -> Tensor */
export function logicalAnd(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_logical_and.id ?? resolve(OP_logical_and), self.handle, other.handle));
}

/** aten::logical_or(Tensor self, Tensor other) -> Tensor */
export function logicalOr(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_logical_or.id ?? resolve(OP_logical_or), self.handle, other.handle));
}

/** aten::bitwise_not(Tensor self) -> Tensor */
export function bitwiseNot(self: Tensor): Tensor {
  return wrap(native.call(OP_bitwise_not.id ?? resolve(OP_bitwise_not), self.handle));
}

/** aten::gelu(Tensor self, *, str approximate="none") -> Tensor */
export function gelu(self: Tensor, { approximate = 'none' }: { approximate?: string } = {}): Tensor {
  return wrap(native.call(OP_gelu.id ?? resolve(OP_gelu), self.handle, approximate));
}

/** aten::silu(Tensor self) -> Tensor */
export function silu(self: Tensor): Tensor {
  return wrap(native.call(OP_silu.id ?? resolve(OP_silu), self.handle));
}

/** aten::silu_(Tensor(a!) self) -> Tensor(a!) */
export function silu_(self: Tensor): Tensor {
  native.call(OP_silu_.id ?? resolve(OP_silu_), self.handle);
  return self;
}

/** aten::hardswish(Tensor self) -> Tensor */
export function hardswish(self: Tensor): Tensor {
  return wrap(native.call(OP_hardswish.id ?? resolve(OP_hardswish), self.handle));
}

/** aten::hardswish_(Tensor(a!) self) -> Tensor(a!) */
export function hardswish_(self: Tensor): Tensor {
  native.call(OP_hardswish_.id ?? resolve(OP_hardswish_), self.handle);
  return self;
}

/** aten::hardsigmoid(Tensor self) -> Tensor */
export function hardsigmoid(self: Tensor): Tensor {
  return wrap(native.call(OP_hardsigmoid.id ?? resolve(OP_hardsigmoid), self.handle));
}

/** aten::hardsigmoid_(Tensor(a!) self) -> Tensor(a!) */
export function hardsigmoid_(self: Tensor): Tensor {
  native.call(OP_hardsigmoid_.id ?? resolve(OP_hardsigmoid_), self.handle);
  return self;
}

/** aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor */
export function leakyRelu(self: Tensor, { negativeSlope = 0.01 }: { negativeSlope?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_leaky_relu.id ?? resolve(OP_leaky_relu), self.handle, negativeSlope));
}

/** aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor */
export function elu(self: Tensor, { alpha = 1, scale = 1, inputScale = 1 }: { alpha?: number | boolean; scale?: number | boolean; inputScale?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_elu.id ?? resolve(OP_elu), self.handle, alpha, scale, inputScale));
}

/** aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor */
export function softplus(self: Tensor, { beta = 1, threshold = 20 }: { beta?: number | boolean; threshold?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_softplus.id ?? resolve(OP_softplus), self.handle, beta, threshold));
}

/** aten::relu6(Tensor self) -> Tensor */
export function relu6(self: Tensor): Tensor {
  return wrap(native.call(OP_relu6.id ?? resolve(OP_relu6), self.handle));
}

/** aten::mish(Tensor self) -> Tensor */
export function mish(self: Tensor): Tensor {
  return wrap(native.call(OP_mish.id ?? resolve(OP_mish), self.handle));
}

/** 
 * aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
 * aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
 */
export function add(self: Tensor, other: Tensor | number | boolean, { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_add__Tensor.id ?? resolve(OP_add__Tensor), self.handle, other.handle, alpha));
  }
  return wrap(native.call(OP_add__Scalar.id ?? resolve(OP_add__Scalar), self.handle, other, alpha));
}

/** 
 * aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)
 * aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)
 */
export function add_(self: Tensor, other: Tensor | number | boolean, { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor {
  if (typeof other === 'object') {
    native.call(OP_add___Tensor.id ?? resolve(OP_add___Tensor), self.handle, other.handle, alpha);
    return self;
  }
  native.call(OP_add___Scalar.id ?? resolve(OP_add___Scalar), self.handle, other, alpha);
  return self;
}

/** 
 * aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
 * aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
 */
export function sub(self: Tensor, other: Tensor | number | boolean, { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_sub__Tensor.id ?? resolve(OP_sub__Tensor), self.handle, other.handle, alpha));
  }
  return wrap(native.call(OP_sub__Scalar.id ?? resolve(OP_sub__Scalar), self.handle, other, alpha));
}

/** 
 * aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)
 * aten::sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)
 */
export function sub_(self: Tensor, other: Tensor | number | boolean, { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor {
  if (typeof other === 'object') {
    native.call(OP_sub___Tensor.id ?? resolve(OP_sub___Tensor), self.handle, other.handle, alpha);
    return self;
  }
  native.call(OP_sub___Scalar.id ?? resolve(OP_sub___Scalar), self.handle, other, alpha);
  return self;
}

/** 
 * aten::mul.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::mul.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function mul(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_mul__Tensor.id ?? resolve(OP_mul__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_mul__Scalar.id ?? resolve(OP_mul__Scalar), self.handle, other));
}

/** 
 * aten::mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
 * aten::mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
 */
export function mul_(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    native.call(OP_mul___Tensor.id ?? resolve(OP_mul___Tensor), self.handle, other.handle);
    return self;
  }
  native.call(OP_mul___Scalar.id ?? resolve(OP_mul___Scalar), self.handle, other);
  return self;
}

/** 
 * aten::div.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::div.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function div(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_div__Tensor.id ?? resolve(OP_div__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_div__Scalar.id ?? resolve(OP_div__Scalar), self.handle, other));
}

/** 
 * aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
 * aten::div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
 */
export function div_(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    native.call(OP_div___Tensor.id ?? resolve(OP_div___Tensor), self.handle, other.handle);
    return self;
  }
  native.call(OP_div___Scalar.id ?? resolve(OP_div___Scalar), self.handle, other);
  return self;
}

/** 
 * aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function remainder(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_remainder__Tensor.id ?? resolve(OP_remainder__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_remainder__Scalar.id ?? resolve(OP_remainder__Scalar), self.handle, other));
}

/** 
 * aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
 * aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
 */
export function rsub(self: Tensor, other: Tensor | number | boolean, { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_rsub__Tensor.id ?? resolve(OP_rsub__Tensor), self.handle, other.handle, alpha));
  }
  return wrap(native.call(OP_rsub__Scalar.id ?? resolve(OP_rsub__Scalar), self.handle, other, alpha));
}

/** 
 * aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor
 * aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor
 */
export function pow(self: Tensor, exponent: Tensor | number | boolean): Tensor {
  if (typeof exponent === 'object') {
    return wrap(native.call(OP_pow__Tensor_Tensor.id ?? resolve(OP_pow__Tensor_Tensor), self.handle, exponent.handle));
  }
  return wrap(native.call(OP_pow__Tensor_Scalar.id ?? resolve(OP_pow__Tensor_Scalar), self.handle, exponent));
}

/** aten::atan2(Tensor self, Tensor other) -> Tensor */
export function atan2(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_atan2.id ?? resolve(OP_atan2), self.handle, other.handle));
}

/** aten::maximum(Tensor self, Tensor other) -> Tensor */
export function maximum(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_maximum.id ?? resolve(OP_maximum), self.handle, other.handle));
}

/** aten::minimum(Tensor self, Tensor other) -> Tensor */
export function minimum(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_minimum.id ?? resolve(OP_minimum), self.handle, other.handle));
}

/** 
 * aten::eq.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::eq.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function eq(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_eq__Tensor.id ?? resolve(OP_eq__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_eq__Scalar.id ?? resolve(OP_eq__Scalar), self.handle, other));
}

/** 
 * aten::ne.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::ne.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function ne(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_ne__Tensor.id ?? resolve(OP_ne__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_ne__Scalar.id ?? resolve(OP_ne__Scalar), self.handle, other));
}

/** 
 * aten::lt.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::lt.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function lt(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_lt__Tensor.id ?? resolve(OP_lt__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_lt__Scalar.id ?? resolve(OP_lt__Scalar), self.handle, other));
}

/** 
 * aten::le.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::le.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function le(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_le__Tensor.id ?? resolve(OP_le__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_le__Scalar.id ?? resolve(OP_le__Scalar), self.handle, other));
}

/** 
 * aten::gt.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::gt.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function gt(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_gt__Tensor.id ?? resolve(OP_gt__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_gt__Scalar.id ?? resolve(OP_gt__Scalar), self.handle, other));
}

/** 
 * aten::ge.Tensor(Tensor self, Tensor other) -> Tensor
 * aten::ge.Scalar(Tensor self, Scalar other) -> Tensor
 */
export function ge(self: Tensor, other: Tensor | number | boolean): Tensor {
  if (typeof other === 'object') {
    return wrap(native.call(OP_ge__Tensor.id ?? resolve(OP_ge__Tensor), self.handle, other.handle));
  }
  return wrap(native.call(OP_ge__Scalar.id ?? resolve(OP_ge__Scalar), self.handle, other));
}

/** aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor */
export function addcmul(self: Tensor, tensor1: Tensor, tensor2: Tensor, { value = 1 }: { value?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_addcmul.id ?? resolve(OP_addcmul), self.handle, tensor1.handle, tensor2.handle, value));
}

/** aten::addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!) */
export function addcmul_(self: Tensor, tensor1: Tensor, tensor2: Tensor, { value = 1 }: { value?: number | boolean } = {}): Tensor {
  native.call(OP_addcmul_.id ?? resolve(OP_addcmul_), self.handle, tensor1.handle, tensor2.handle, value);
  return self;
}

/** aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor */
export function addcdiv(self: Tensor, tensor1: Tensor, tensor2: Tensor, { value = 1 }: { value?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_addcdiv.id ?? resolve(OP_addcdiv), self.handle, tensor1.handle, tensor2.handle, value));
}

/** aten::addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!) */
export function addcdiv_(self: Tensor, tensor1: Tensor, tensor2: Tensor, { value = 1 }: { value?: number | boolean } = {}): Tensor {
  native.call(OP_addcdiv_.id ?? resolve(OP_addcdiv_), self.handle, tensor1.handle, tensor2.handle, value);
  return self;
}

/** 
 * aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor
 * aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor
 */
export function lerp(self: Tensor, end: Tensor, weight: number | boolean | Tensor): Tensor {
  if (typeof weight === 'object') {
    return wrap(native.call(OP_lerp__Tensor.id ?? resolve(OP_lerp__Tensor), self.handle, end.handle, weight.handle));
  }
  return wrap(native.call(OP_lerp__Scalar.id ?? resolve(OP_lerp__Scalar), self.handle, end.handle, weight));
}

/** 
 * aten::lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)
 * aten::lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!)
 */
export function lerp_(self: Tensor, end: Tensor, weight: number | boolean | Tensor): Tensor {
  if (typeof weight === 'object') {
    native.call(OP_lerp___Tensor.id ?? resolve(OP_lerp___Tensor), self.handle, end.handle, weight.handle);
    return self;
  }
  native.call(OP_lerp___Scalar.id ?? resolve(OP_lerp___Scalar), self.handle, end.handle, weight);
  return self;
}

/** aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor */
export function clamp(self: Tensor, { min = null, max = null }: { min?: number | boolean | null; max?: number | boolean | null } = {}): Tensor {
  return wrap(native.call(OP_clamp.id ?? resolve(OP_clamp), self.handle, min, max));
}

/** aten::clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!) */
export function clamp_(self: Tensor, { min = null, max = null }: { min?: number | boolean | null; max?: number | boolean | null } = {}): Tensor {
  native.call(OP_clamp_.id ?? resolve(OP_clamp_), self.handle, min, max);
  return self;
}

/** aten::clamp_min(Tensor self, Scalar min) -> Tensor */
export function clampMin(self: Tensor, min: number | boolean): Tensor {
  return wrap(native.call(OP_clamp_min.id ?? resolve(OP_clamp_min), self.handle, min));
}

/** aten::clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!) */
export function clampMin_(self: Tensor, min: number | boolean): Tensor {
  native.call(OP_clamp_min_.id ?? resolve(OP_clamp_min_), self.handle, min);
  return self;
}

/** aten::clamp_max(Tensor self, Scalar max) -> Tensor */
export function clampMax(self: Tensor, max: number | boolean): Tensor {
  return wrap(native.call(OP_clamp_max.id ?? resolve(OP_clamp_max), self.handle, max));
}

/** aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor */
export function where(condition: Tensor, self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_where__self.id ?? resolve(OP_where__self), condition.handle, self.handle, other.handle));
}

/** aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor */
export function maskedFill(self: Tensor, mask: Tensor, value: number | boolean): Tensor {
  return wrap(native.call(OP_masked_fill__Scalar.id ?? resolve(OP_masked_fill__Scalar), self.handle, mask.handle, value));
}

/** aten::masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!) */
export function maskedFill_(self: Tensor, mask: Tensor, value: number | boolean): Tensor {
  native.call(OP_masked_fill___Scalar.id ?? resolve(OP_masked_fill___Scalar), self.handle, mask.handle, value);
  return self;
}

/** aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor */
export function nanToNum(self: Tensor, { nan = null, posinf = null, neginf = null }: { nan?: number | null; posinf?: number | null; neginf?: number | null } = {}): Tensor {
  return wrap(native.call(OP_nan_to_num.id ?? resolve(OP_nan_to_num), self.handle, nan, posinf, neginf));
}

/** aten::nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!) */
export function nanToNum_(self: Tensor, { nan = null, posinf = null, neginf = null }: { nan?: number | null; posinf?: number | null; neginf?: number | null } = {}): Tensor {
  native.call(OP_nan_to_num_.id ?? resolve(OP_nan_to_num_), self.handle, nan, posinf, neginf);
  return self;
}

/** aten::zero_(Tensor(a!) self) -> Tensor(a!) */
export function zero_(self: Tensor): Tensor {
  native.call(OP_zero_.id ?? resolve(OP_zero_), self.handle);
  return self;
}

/** aten::fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!) */
export function fill_(self: Tensor, value: number | boolean): Tensor {
  native.call(OP_fill___Scalar.id ?? resolve(OP_fill___Scalar), self.handle, value);
  return self;
}

/** aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!) */
export function copy_(self: Tensor, src: Tensor): Tensor {
  native.call(OP_copy_.id ?? resolve(OP_copy_), self.handle, src.handle);
  return self;
}

/** aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor */
export function clone(self: Tensor, { memoryFormat = null }: { memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_clone.id ?? resolve(OP_clone), self.handle, memoryFormat));
}

/** aten::detach(Tensor(a) self) -> Tensor(a) */
export function detach(self: Tensor): Tensor {
  return wrap(native.call(OP_detach.id ?? resolve(OP_detach), self.handle));
}

/** aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a) */
export function contiguous(self: Tensor, { memoryFormat = 'contiguous' }: { memoryFormat?: MemoryFormat } = {}): Tensor {
  return wrap(native.call(OP_contiguous.id ?? resolve(OP_contiguous), self.handle, memoryFormat));
}

/** aten::alias(Tensor(a) self) -> Tensor(a) */
export function alias(self: Tensor): Tensor {
  return wrap(native.call(OP_alias.id ?? resolve(OP_alias), self.handle));
}

/** aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor */
export function sum(self: Tensor, dim: number | readonly number[] | null = null, { keepdim = false, dtype = null }: { keepdim?: boolean; dtype?: Dtype | null } = {}): Tensor {
  return wrap(native.call(OP_sum__dim_IntList.id ?? resolve(OP_sum__dim_IntList), self.handle, dim, keepdim, dtype));
}

/** aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor */
export function mean(self: Tensor, dim: number | readonly number[] | null = null, { keepdim = false, dtype = null }: { keepdim?: boolean; dtype?: Dtype | null } = {}): Tensor {
  return wrap(native.call(OP_mean__dim.id ?? resolve(OP_mean__dim), self.handle, dim, keepdim, dtype));
}

/** aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor */
export function prod(self: Tensor, { dtype = null }: { dtype?: Dtype | null } = {}): Tensor {
  return wrap(native.call(OP_prod.id ?? resolve(OP_prod), self.handle, dtype));
}

/** aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor */
export function amax(self: Tensor, { dim = [], keepdim = false }: { dim?: number | readonly number[]; keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_amax.id ?? resolve(OP_amax), self.handle, dim, keepdim));
}

/** aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor */
export function amin(self: Tensor, { dim = [], keepdim = false }: { dim?: number | readonly number[]; keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_amin.id ?? resolve(OP_amin), self.handle, dim, keepdim));
}

/** aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor */
export function argmax(self: Tensor, { dim = null, keepdim = false }: { dim?: number | null; keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_argmax.id ?? resolve(OP_argmax), self.handle, dim, keepdim));
}

/** aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor */
export function argmin(self: Tensor, { dim = null, keepdim = false }: { dim?: number | null; keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_argmin.id ?? resolve(OP_argmin), self.handle, dim, keepdim));
}

/** aten::any(Tensor self) -> Tensor */
export function any(self: Tensor): Tensor {
  return wrap(native.call(OP_any.id ?? resolve(OP_any), self.handle));
}

/** aten::all(Tensor self) -> Tensor */
export function all(self: Tensor): Tensor {
  return wrap(native.call(OP_all.id ?? resolve(OP_all), self.handle));
}

/** aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor */
export function anyDim(self: Tensor, dim: number, { keepdim = false }: { keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_any__dim.id ?? resolve(OP_any__dim), self.handle, dim, keepdim));
}

/** aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor */
export function allDim(self: Tensor, dim: number, { keepdim = false }: { keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_all__dim.id ?? resolve(OP_all__dim), self.handle, dim, keepdim));
}

/** aten::std.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor */
export function std(self: Tensor, dim: number | readonly number[] | null = null, { correction = null, keepdim = false }: { correction?: number | null; keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_std__correction.id ?? resolve(OP_std__correction), self.handle, dim, correction, keepdim));
}

/** aten::var.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor */
export function varOf(self: Tensor, dim: number | readonly number[] | null = null, { correction = null, keepdim = false }: { correction?: number | null; keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_var__correction.id ?? resolve(OP_var__correction), self.handle, dim, correction, keepdim));
}

/** aten::var_mean.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor) */
export function varMean(self: Tensor, dim: number | readonly number[] | null = null, { correction = null, keepdim = false }: { correction?: number | null; keepdim?: boolean } = {}): [Tensor, Tensor] {
  return wrapAll(native.call(OP_var_mean__correction.id ?? resolve(OP_var_mean__correction), self.handle, dim, correction, keepdim)) as [Tensor, Tensor];
}

/** aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor */
export function norm(self: Tensor, p: number | boolean | null, dim: number | readonly number[], { keepdim = false }: { keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_norm__ScalarOpt_dim.id ?? resolve(OP_norm__ScalarOpt_dim), self.handle, p, dim, keepdim));
}

/** aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor */
export function linalgVectorNorm(self: Tensor, { ord = 2, dim = null, keepdim = false, dtype = null }: { ord?: number | boolean; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null } = {}): Tensor {
  return wrap(native.call(OP_linalg_vector_norm.id ?? resolve(OP_linalg_vector_norm), self.handle, ord, dim, keepdim, dtype));
}

/** aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices) */
export function max(self: Tensor, dim: number, { keepdim = false }: { keepdim?: boolean } = {}): [Tensor, Tensor] {
  return wrapAll(native.call(OP_max__dim.id ?? resolve(OP_max__dim), self.handle, dim, keepdim)) as [Tensor, Tensor];
}

/** aten::min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices) */
export function min(self: Tensor, dim: number, { keepdim = false }: { keepdim?: boolean } = {}): [Tensor, Tensor] {
  return wrapAll(native.call(OP_min__dim.id ?? resolve(OP_min__dim), self.handle, dim, keepdim)) as [Tensor, Tensor];
}

/** aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor */
export function cumsum(self: Tensor, dim: number, { dtype = null }: { dtype?: Dtype | null } = {}): Tensor {
  return wrap(native.call(OP_cumsum.id ?? resolve(OP_cumsum), self.handle, dim, dtype));
}

/** aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor */
export function logsumexp(self: Tensor, dim: number | readonly number[], { keepdim = false }: { keepdim?: boolean } = {}): Tensor {
  return wrap(native.call(OP_logsumexp.id ?? resolve(OP_logsumexp), self.handle, dim, keepdim));
}

/** aten::logaddexp(Tensor self, Tensor other) -> Tensor */
export function logaddexp(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_logaddexp.id ?? resolve(OP_logaddexp), self.handle, other.handle));
}

/** aten::median(Tensor self) -> Tensor */
export function median(self: Tensor): Tensor {
  return wrap(native.call(OP_median.id ?? resolve(OP_median), self.handle));
}

/** aten::count_nonzero(Tensor self, int? dim=None) -> Tensor */
export function countNonzero(self: Tensor, { dim = null }: { dim?: number | null } = {}): Tensor {
  return wrap(native.call(OP_count_nonzero.id ?? resolve(OP_count_nonzero), self.handle, dim));
}

/** aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor */
export function softmax(self: Tensor, dim: number, { dtype = null }: { dtype?: Dtype | null } = {}): Tensor {
  return wrap(native.call(OP_softmax__int.id ?? resolve(OP_softmax__int), self.handle, dim, dtype));
}

/** aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor */
export function logSoftmax(self: Tensor, dim: number, { dtype = null }: { dtype?: Dtype | null } = {}): Tensor {
  return wrap(native.call(OP_log_softmax__int.id ?? resolve(OP_log_softmax__int), self.handle, dim, dtype));
}

/** aten::topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices) */
export function topk(self: Tensor, k: number, { dim = -1, largest = true, sorted = true }: { dim?: number; largest?: boolean; sorted?: boolean } = {}): [Tensor, Tensor] {
  return wrapAll(native.call(OP_topk.id ?? resolve(OP_topk), self.handle, k, dim, largest, sorted)) as [Tensor, Tensor];
}

/** aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices) */
export function sort(self: Tensor, { dim = -1, descending = false }: { dim?: number; descending?: boolean } = {}): [Tensor, Tensor] {
  return wrapAll(native.call(OP_sort.id ?? resolve(OP_sort), self.handle, dim, descending)) as [Tensor, Tensor];
}

/** aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor */
export function argsort(self: Tensor, { dim = -1, descending = false }: { dim?: number; descending?: boolean } = {}): Tensor {
  return wrap(native.call(OP_argsort.id ?? resolve(OP_argsort), self.handle, dim, descending));
}

/** aten::unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor) */
export function uniqueDim(self: Tensor, dim: number, { sorted = true, returnInverse = false, returnCounts = false }: { sorted?: boolean; returnInverse?: boolean; returnCounts?: boolean } = {}): [Tensor, Tensor, Tensor] {
  return wrapAll(native.call(OP_unique_dim.id ?? resolve(OP_unique_dim), self.handle, dim, sorted, returnInverse, returnCounts)) as [Tensor, Tensor, Tensor];
}

/** aten::bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor */
export function bincount(self: Tensor, { weights = null, minlength = 0 }: { weights?: Tensor | null; minlength?: number } = {}): Tensor {
  return wrap(native.call(OP_bincount.id ?? resolve(OP_bincount), self.handle, weights?.handle, minlength));
}

/** aten::histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor */
export function histc(self: Tensor, { bins = 100, min = 0, max = 0 }: { bins?: number; min?: number | boolean; max?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_histc.id ?? resolve(OP_histc), self.handle, bins, min, max));
}

/** aten::searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor */
export function searchsorted(sortedSequence: Tensor, self: Tensor, { outInt32 = false, right = false, side = null, sorter = null }: { outInt32?: boolean; right?: boolean; side?: string | null; sorter?: Tensor | null } = {}): Tensor {
  return wrap(native.call(OP_searchsorted__Tensor.id ?? resolve(OP_searchsorted__Tensor), sortedSequence.handle, self.handle, outInt32, right, side, sorter?.handle));
}

/** aten::bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor */
export function bucketize(self: Tensor, boundaries: Tensor, { outInt32 = false, right = false }: { outInt32?: boolean; right?: boolean } = {}): Tensor {
  return wrap(native.call(OP_bucketize__Tensor.id ?? resolve(OP_bucketize__Tensor), self.handle, boundaries.handle, outInt32, right));
}

/** aten::matmul(Tensor self, Tensor other) -> Tensor */
export function matmul(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_matmul.id ?? resolve(OP_matmul), self.handle, other.handle));
}

/** aten::mm(Tensor self, Tensor mat2) -> Tensor */
export function mm(self: Tensor, mat2: Tensor): Tensor {
  return wrap(native.call(OP_mm.id ?? resolve(OP_mm), self.handle, mat2.handle));
}

/** aten::bmm(Tensor self, Tensor mat2) -> Tensor */
export function bmm(self: Tensor, mat2: Tensor): Tensor {
  return wrap(native.call(OP_bmm.id ?? resolve(OP_bmm), self.handle, mat2.handle));
}

/** aten::mv(Tensor self, Tensor vec) -> Tensor */
export function mv(self: Tensor, vec: Tensor): Tensor {
  return wrap(native.call(OP_mv.id ?? resolve(OP_mv), self.handle, vec.handle));
}

/** aten::dot(Tensor self, Tensor tensor) -> Tensor */
export function dot(self: Tensor, tensor: Tensor): Tensor {
  return wrap(native.call(OP_dot.id ?? resolve(OP_dot), self.handle, tensor.handle));
}

/** aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor */
export function addmm(self: Tensor, mat1: Tensor, mat2: Tensor, { beta = 1, alpha = 1 }: { beta?: number | boolean; alpha?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_addmm.id ?? resolve(OP_addmm), self.handle, mat1.handle, mat2.handle, beta, alpha));
}

/** aten::addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!) */
export function addmm_(self: Tensor, mat1: Tensor, mat2: Tensor, { beta = 1, alpha = 1 }: { beta?: number | boolean; alpha?: number | boolean } = {}): Tensor {
  native.call(OP_addmm_.id ?? resolve(OP_addmm_), self.handle, mat1.handle, mat2.handle, beta, alpha);
  return self;
}

/** aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor */
export function baddbmm(self: Tensor, batch1: Tensor, batch2: Tensor, { beta = 1, alpha = 1 }: { beta?: number | boolean; alpha?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_baddbmm.id ?? resolve(OP_baddbmm), self.handle, batch1.handle, batch2.handle, beta, alpha));
}

/** aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor */
export function einsum(equation: string, tensors: readonly Tensor[], { path = null }: { path?: readonly number[] | null } = {}): Tensor {
  return wrap(native.call(OP_einsum.id ?? resolve(OP_einsum), equation, handles(tensors), path));
}

/** aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor */
export function linear(input: Tensor, weight: Tensor, { bias = null }: { bias?: Tensor | null } = {}): Tensor {
  return wrap(native.call(OP_linear.id ?? resolve(OP_linear), input.handle, weight.handle, bias?.handle));
}

/** aten::outer(Tensor self, Tensor vec2) -> Tensor */
export function outer(self: Tensor, vec2: Tensor): Tensor {
  return wrap(native.call(OP_outer.id ?? resolve(OP_outer), self.handle, vec2.handle));
}

/** aten::linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh) */
export function linalgSvd(A: Tensor, { fullMatrices = true, driver = null }: { fullMatrices?: boolean; driver?: string | null } = {}): [Tensor, Tensor, Tensor] {
  return wrapAll(native.call(OP_linalg_svd.id ?? resolve(OP_linalg_svd), A.handle, fullMatrices, driver)) as [Tensor, Tensor, Tensor];
}

/** aten::linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors) */
export function linalgEigh(self: Tensor, { UPLO = 'L' }: { UPLO?: string } = {}): [Tensor, Tensor] {
  return wrapAll(native.call(OP_linalg_eigh.id ?? resolve(OP_linalg_eigh), self.handle, UPLO)) as [Tensor, Tensor];
}

/** aten::linalg_qr(Tensor A, str mode="reduced") -> (Tensor Q, Tensor R) */
export function linalgQr(A: Tensor, { mode = 'reduced' }: { mode?: string } = {}): [Tensor, Tensor] {
  return wrapAll(native.call(OP_linalg_qr.id ?? resolve(OP_linalg_qr), A.handle, mode)) as [Tensor, Tensor];
}

/** aten::linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor */
export function linalgSolve(A: Tensor, B: Tensor, { left = true }: { left?: boolean } = {}): Tensor {
  return wrap(native.call(OP_linalg_solve.id ?? resolve(OP_linalg_solve), A.handle, B.handle, left));
}

/** aten::linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor */
export function linalgCholesky(self: Tensor, { upper = false }: { upper?: boolean } = {}): Tensor {
  return wrap(native.call(OP_linalg_cholesky.id ?? resolve(OP_linalg_cholesky), self.handle, upper));
}

/** aten::cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor */
export function choleskySolve(self: Tensor, input2: Tensor, { upper = false }: { upper?: boolean } = {}): Tensor {
  return wrap(native.call(OP_cholesky_solve.id ?? resolve(OP_cholesky_solve), self.handle, input2.handle, upper));
}

/** aten::linalg_inv(Tensor A) -> Tensor */
export function linalgInv(A: Tensor): Tensor {
  return wrap(native.call(OP_linalg_inv.id ?? resolve(OP_linalg_inv), A.handle));
}

/** aten::triu(Tensor self, int diagonal=0) -> Tensor */
export function triu(self: Tensor, { diagonal = 0 }: { diagonal?: number } = {}): Tensor {
  return wrap(native.call(OP_triu.id ?? resolve(OP_triu), self.handle, diagonal));
}

/** aten::tril(Tensor self, int diagonal=0) -> Tensor */
export function tril(self: Tensor, { diagonal = 0 }: { diagonal?: number } = {}): Tensor {
  return wrap(native.call(OP_tril.id ?? resolve(OP_tril), self.handle, diagonal));
}

/** aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a) */
export function diagonal(self: Tensor, { offset = 0, dim1 = 0, dim2 = 1 }: { offset?: number; dim1?: number; dim2?: number } = {}): Tensor {
  return wrap(native.call(OP_diagonal.id ?? resolve(OP_diagonal), self.handle, offset, dim1, dim2));
}

/** aten::diag(Tensor self, int diagonal=0) -> Tensor */
export function diag(self: Tensor, { diagonal = 0 }: { diagonal?: number } = {}): Tensor {
  return wrap(native.call(OP_diag.id ?? resolve(OP_diag), self.handle, diagonal));
}

/** aten::eye(int n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function eye(n: number, { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_eye.id ?? resolve(OP_eye), n, dtype, undefined, device));
}

/** aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a) */
export function reshape(self: Tensor, shape: readonly number[]): Tensor {
  return wrap(native.call(OP_reshape.id ?? resolve(OP_reshape), self.handle, shape));
}

/** aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a) */
export function view(self: Tensor, size: readonly number[]): Tensor {
  return wrap(native.call(OP_view.id ?? resolve(OP_view), self.handle, size));
}

/** aten::as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a) */
export function asStrided(self: Tensor, size: readonly number[], stride: readonly number[], { storageOffset = null }: { storageOffset?: number | null } = {}): Tensor {
  return wrap(native.call(OP_as_strided.id ?? resolve(OP_as_strided), self.handle, size, stride, storageOffset));
}

/** aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a) */
export function flatten(self: Tensor, { startDim = 0, endDim = -1 }: { startDim?: number; endDim?: number } = {}): Tensor {
  return wrap(native.call(OP_flatten__using_ints.id ?? resolve(OP_flatten__using_ints), self.handle, startDim, endDim));
}

/** aten::permute(Tensor(a) self, int[] dims) -> Tensor(a) */
export function permute(self: Tensor, dims: readonly number[]): Tensor {
  return wrap(native.call(OP_permute.id ?? resolve(OP_permute), self.handle, dims));
}

/** aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a) */
export function transpose(self: Tensor, dim0: number, dim1: number): Tensor {
  return wrap(native.call(OP_transpose__int.id ?? resolve(OP_transpose__int), self.handle, dim0, dim1));
}

/** aten::t(Tensor(a) self) -> Tensor(a) */
export function t(self: Tensor): Tensor {
  return wrap(native.call(OP_t.id ?? resolve(OP_t), self.handle));
}

/** aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a) */
export function squeeze(self: Tensor, dim: number): Tensor {
  return wrap(native.call(OP_squeeze__dim.id ?? resolve(OP_squeeze__dim), self.handle, dim));
}

/** aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a) */
export function unsqueeze(self: Tensor, dim: number): Tensor {
  return wrap(native.call(OP_unsqueeze.id ?? resolve(OP_unsqueeze), self.handle, dim));
}

/** aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a) */
export function expand(self: Tensor, size: readonly number[], { implicit = false }: { implicit?: boolean } = {}): Tensor {
  return wrap(native.call(OP_expand.id ?? resolve(OP_expand), self.handle, size, implicit));
}

/** aten::narrow(Tensor(a) self, int dim, int start, int length) -> Tensor(a) */
export function narrow(self: Tensor, dim: number, start: number, length: number): Tensor {
  return wrap(native.call(OP_narrow.id ?? resolve(OP_narrow), self.handle, dim, start, length));
}

/** aten::select.int(Tensor(a) self, int dim, int index) -> Tensor(a) */
export function select(self: Tensor, dim: number, index: number): Tensor {
  return wrap(native.call(OP_select__int.id ?? resolve(OP_select__int), self.handle, dim, index));
}

/** aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a) */
export function slice(self: Tensor, { dim = 0, start = null, end = null, step = 1 }: { dim?: number; start?: number | null; end?: number | null; step?: number } = {}): Tensor {
  return wrap(native.call(OP_slice__Tensor.id ?? resolve(OP_slice__Tensor), self.handle, dim, start, end, step));
}

/** aten::cat(Tensor[] tensors, int dim=0) -> Tensor */
export function cat(tensors: readonly Tensor[], { dim = 0 }: { dim?: number } = {}): Tensor {
  return wrap(native.call(OP_cat.id ?? resolve(OP_cat), handles(tensors), dim));
}

/** aten::stack(Tensor[] tensors, int dim=0) -> Tensor */
export function stack(tensors: readonly Tensor[], { dim = 0 }: { dim?: number } = {}): Tensor {
  return wrap(native.call(OP_stack.id ?? resolve(OP_stack), handles(tensors), dim));
}

/** aten::split.Tensor(Tensor(a -> *) self, int split_size, int dim=0) -> Tensor(a)[] */
export function split(self: Tensor, splitSize: number, { dim = 0 }: { dim?: number } = {}): Tensor[] {
  return wrapAll(native.call(OP_split__Tensor.id ?? resolve(OP_split__Tensor), self.handle, splitSize, dim));
}

/** aten::split_with_sizes(Tensor(a -> *) self, int[] split_sizes, int dim=0) -> Tensor(a)[] */
export function splitWithSizes(self: Tensor, splitSizes: readonly number[], { dim = 0 }: { dim?: number } = {}): Tensor[] {
  return wrapAll(native.call(OP_split_with_sizes.id ?? resolve(OP_split_with_sizes), self.handle, splitSizes, dim));
}

/** aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[] */
export function chunk(self: Tensor, chunks: number, { dim = 0 }: { dim?: number } = {}): Tensor[] {
  return wrapAll(native.call(OP_chunk.id ?? resolve(OP_chunk), self.handle, chunks, dim));
}

/** aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[] */
export function unbind(self: Tensor, { dim = 0 }: { dim?: number } = {}): Tensor[] {
  return wrapAll(native.call(OP_unbind__int.id ?? resolve(OP_unbind__int), self.handle, dim));
}

/** aten::flip(Tensor self, int[] dims) -> Tensor */
export function flip(self: Tensor, dims: readonly number[]): Tensor {
  return wrap(native.call(OP_flip.id ?? resolve(OP_flip), self.handle, dims));
}

/** aten::roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor */
export function roll(self: Tensor, shifts: number | readonly number[], { dims = [] }: { dims?: number | readonly number[] } = {}): Tensor {
  return wrap(native.call(OP_roll.id ?? resolve(OP_roll), self.handle, shifts, dims));
}

/** aten::repeat(Tensor self, SymInt[] repeats) -> Tensor */
export function repeat(self: Tensor, repeats: readonly number[]): Tensor {
  return wrap(native.call(OP_repeat.id ?? resolve(OP_repeat), self.handle, repeats));
}

/** aten::repeat_interleave.self_int(Tensor self, int repeats, int? dim=None, *, int? output_size=None) -> Tensor */
export function repeatInterleave(self: Tensor, repeats: number, { dim = null, outputSize = null }: { dim?: number | null; outputSize?: number | null } = {}): Tensor {
  return wrap(native.call(OP_repeat_interleave__self_int.id ?? resolve(OP_repeat_interleave__self_int), self.handle, repeats, dim, outputSize));
}

/** aten::tile(Tensor self, int[] dims) -> Tensor */
export function tile(self: Tensor, dims: readonly number[]): Tensor {
  return wrap(native.call(OP_tile.id ?? resolve(OP_tile), self.handle, dims));
}

/** aten::index_select(Tensor self, int dim, Tensor index) -> Tensor */
export function indexSelect(self: Tensor, dim: number, index: Tensor): Tensor {
  return wrap(native.call(OP_index_select.id ?? resolve(OP_index_select), self.handle, dim, index.handle));
}

/** aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor */
export function gather(self: Tensor, dim: number, index: Tensor, { sparseGrad = false }: { sparseGrad?: boolean } = {}): Tensor {
  return wrap(native.call(OP_gather.id ?? resolve(OP_gather), self.handle, dim, index.handle, sparseGrad));
}

/** aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!) */
export function scatter_(self: Tensor, dim: number, index: Tensor, value: number | boolean): Tensor {
  native.call(OP_scatter___value.id ?? resolve(OP_scatter___value), self.handle, dim, index.handle, value);
  return self;
}

/** aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!) */
export function scatterSrc_(self: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  native.call(OP_scatter___src.id ?? resolve(OP_scatter___src), self.handle, dim, index.handle, src.handle);
  return self;
}

/** aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor */
export function scatterAdd(self: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  return wrap(native.call(OP_scatter_add.id ?? resolve(OP_scatter_add), self.handle, dim, index.handle, src.handle));
}

/** aten::scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!) */
export function scatterAdd_(self: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  native.call(OP_scatter_add_.id ?? resolve(OP_scatter_add_), self.handle, dim, index.handle, src.handle);
  return self;
}

/** aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor */
export function indexAdd(self: Tensor, dim: number, index: Tensor, source: Tensor, { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_index_add.id ?? resolve(OP_index_add), self.handle, dim, index.handle, source.handle, alpha));
}

/** aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!) */
export function indexAdd_(self: Tensor, dim: number, index: Tensor, source: Tensor, { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor {
  native.call(OP_index_add_.id ?? resolve(OP_index_add_), self.handle, dim, index.handle, source.handle, alpha);
  return self;
}

/** aten::index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!) */
export function indexCopy_(self: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  native.call(OP_index_copy_.id ?? resolve(OP_index_copy_), self.handle, dim, index.handle, source.handle);
  return self;
}

/** aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor */
export function index(self: Tensor, indices: readonly (Tensor | null)[]): Tensor {
  return wrap(native.call(OP_index__Tensor.id ?? resolve(OP_index__Tensor), self.handle, handles(indices)));
}

/** aten::index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!) */
export function indexPut_(self: Tensor, indices: readonly (Tensor | null)[], values: Tensor, { accumulate = false }: { accumulate?: boolean } = {}): Tensor {
  native.call(OP_index_put_.id ?? resolve(OP_index_put_), self.handle, handles(indices), values.handle, accumulate);
  return self;
}

/** aten::masked_select(Tensor self, Tensor mask) -> Tensor */
export function maskedSelect(self: Tensor, mask: Tensor): Tensor {
  return wrap(native.call(OP_masked_select.id ?? resolve(OP_masked_select), self.handle, mask.handle));
}

/** aten::nonzero(Tensor self) -> Tensor */
export function nonzero(self: Tensor): Tensor {
  return wrap(native.call(OP_nonzero.id ?? resolve(OP_nonzero), self.handle));
}

/** aten::take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor */
export function takeAlongDim(self: Tensor, indices: Tensor, { dim = null }: { dim?: number | null } = {}): Tensor {
  return wrap(native.call(OP_take_along_dim.id ?? resolve(OP_take_along_dim), self.handle, indices.handle, dim));
}

/** aten::embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor */
export function embedding(weight: Tensor, indices: Tensor, { paddingIdx = -1, scaleGradByFreq = false, sparse = false }: { paddingIdx?: number; scaleGradByFreq?: boolean; sparse?: boolean } = {}): Tensor {
  return wrap(native.call(OP_embedding.id ?? resolve(OP_embedding), weight.handle, indices.handle, paddingIdx, scaleGradByFreq, sparse));
}

/** aten::one_hot(Tensor self, int num_classes=-1) -> Tensor */
export function oneHot(self: Tensor, { numClasses = -1 }: { numClasses?: number } = {}): Tensor {
  return wrap(native.call(OP_one_hot.id ?? resolve(OP_one_hot), self.handle, numClasses));
}

/** aten::diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor */
export function diagonalScatter(self: Tensor, src: Tensor, { offset = 0, dim1 = 0, dim2 = 1 }: { offset?: number; dim1?: number; dim2?: number } = {}): Tensor {
  return wrap(native.call(OP_diagonal_scatter.id ?? resolve(OP_diagonal_scatter), self.handle, src.handle, offset, dim1, dim2));
}

/** aten::meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[] */
export function meshgrid(tensors: readonly Tensor[], indexing: string): Tensor[] {
  return wrapAll(native.call(OP_meshgrid__indexing.id ?? resolve(OP_meshgrid__indexing), handles(tensors), indexing));
}

/** aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function zeros(size: readonly number[], { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_zeros.id ?? resolve(OP_zeros), size, dtype, undefined, device));
}

/** aten::ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function ones(size: readonly number[], { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_ones.id ?? resolve(OP_ones), size, dtype, undefined, device));
}

/** aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function full(size: readonly number[], fillValue: number | boolean, { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_full.id ?? resolve(OP_full), size, fillValue, dtype, undefined, device));
}

/** aten::empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
export function empty(size: readonly number[], { dtype = null, device = null, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_empty__memory_format.id ?? resolve(OP_empty__memory_format), size, dtype, undefined, device, undefined, memoryFormat));
}

/** aten::arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function arange(end: number | boolean, { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_arange.id ?? resolve(OP_arange), end, dtype, undefined, device));
}

/** aten::arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function arangeStart(start: number | boolean, end: number | boolean, { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_arange__start.id ?? resolve(OP_arange__start), start, end, dtype, undefined, device));
}

/** aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function arangeStartStep(start: number | boolean, end: number | boolean, { step = 1, dtype = null, device = null }: { step?: number | boolean; dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_arange__start_step.id ?? resolve(OP_arange__start_step), start, end, step, dtype, undefined, device));
}

/** aten::linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function linspace(start: number | boolean, end: number | boolean, steps: number, { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_linspace.id ?? resolve(OP_linspace), start, end, steps, dtype, undefined, device));
}

/** aten::rand(int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function rand(size: readonly number[], { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_rand.id ?? resolve(OP_rand), size, dtype, undefined, device));
}

/** aten::randn(int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function randn(size: readonly number[], { dtype = null, device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_randn.id ?? resolve(OP_randn), size, dtype, undefined, device));
}

/** aten::randint.low(int low, int high, int[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function randint(low: number, high: number, size: readonly number[], { dtype = 'int64', device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_randint__low.id ?? resolve(OP_randint__low), low, high, size, dtype, undefined, device));
}

/** aten::randperm(int n, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor */
export function randperm(n: number, { dtype = 'int64', device = null }: { dtype?: Dtype | null; device?: Device | null } = {}): Tensor {
  return wrap(native.call(OP_randperm.id ?? resolve(OP_randperm), n, dtype, undefined, device));
}

/** aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
export function zerosLike(self: Tensor, { dtype = null, device = null, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_zeros_like.id ?? resolve(OP_zeros_like), self.handle, dtype, undefined, device, undefined, memoryFormat));
}

/** aten::ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
export function onesLike(self: Tensor, { dtype = null, device = null, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_ones_like.id ?? resolve(OP_ones_like), self.handle, dtype, undefined, device, undefined, memoryFormat));
}

/** aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
export function emptyLike(self: Tensor, { dtype = null, device = null, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_empty_like.id ?? resolve(OP_empty_like), self.handle, dtype, undefined, device, undefined, memoryFormat));
}

/** aten::full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
export function fullLike(self: Tensor, fillValue: number | boolean, { dtype = null, device = null, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_full_like.id ?? resolve(OP_full_like), self.handle, fillValue, dtype, undefined, device, undefined, memoryFormat));
}

/** aten::rand_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
export function randLike(self: Tensor, { dtype = null, device = null, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_rand_like.id ?? resolve(OP_rand_like), self.handle, dtype, undefined, device, undefined, memoryFormat));
}

/** aten::randn_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
export function randnLike(self: Tensor, { dtype = null, device = null, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_randn_like.id ?? resolve(OP_randn_like), self.handle, dtype, undefined, device, undefined, memoryFormat));
}

/** aten::bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!) */
export function bernoulli_(self: Tensor, { p = 0.5 }: { p?: number } = {}): Tensor {
  native.call(OP_bernoulli___float.id ?? resolve(OP_bernoulli___float), self.handle, p);
  return self;
}

/** aten::normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!) */
export function normal_(self: Tensor, { mean = 0, std = 1 }: { mean?: number; std?: number } = {}): Tensor {
  native.call(OP_normal_.id ?? resolve(OP_normal_), self.handle, mean, std);
  return self;
}

/** aten::uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!) */
export function uniform_(self: Tensor, { from = 0, to = 1 }: { from?: number; to?: number } = {}): Tensor {
  native.call(OP_uniform_.id ?? resolve(OP_uniform_), self.handle, from, to);
  return self;
}

/** aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) -> Tensor */
export function conv2d(input: Tensor, weight: Tensor, { bias = null, stride = 1, padding = 0, dilation = 1, groups = 1 }: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number } = {}): Tensor {
  return wrap(native.call(OP_conv2d.id ?? resolve(OP_conv2d), input.handle, weight.handle, bias?.handle, stride, padding, dilation, groups));
}

/** aten::conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, str padding="valid", int[2] dilation=1, int groups=1) -> Tensor */
export function conv2dPadding(input: Tensor, weight: Tensor, { bias = null, stride = 1, padding = 'valid', dilation = 1, groups = 1 }: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: string; dilation?: number | readonly number[]; groups?: number } = {}): Tensor {
  return wrap(native.call(OP_conv2d__padding.id ?? resolve(OP_conv2d__padding), input.handle, weight.handle, bias?.handle, stride, padding, dilation, groups));
}

/** aten::conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] output_padding=0, int groups=1, int[2] dilation=1) -> Tensor */
export function convTranspose2d(input: Tensor, weight: Tensor, { bias = null, stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 }: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; outputPadding?: number | readonly number[]; groups?: number; dilation?: number | readonly number[] } = {}): Tensor {
  return wrap(native.call(OP_conv_transpose2d__input.id ?? resolve(OP_conv_transpose2d__input), input.handle, weight.handle, bias?.handle, stride, padding, outputPadding, groups, dilation));
}

/** aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=[1], int[1] padding=[0], int[1] dilation=[1], int groups=1) -> Tensor */
export function conv1d(input: Tensor, weight: Tensor, { bias = null, stride = [1], padding = [0], dilation = [1], groups = 1 }: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number } = {}): Tensor {
  return wrap(native.call(OP_conv1d.id ?? resolve(OP_conv1d), input.handle, weight.handle, bias?.handle, stride, padding, dilation, groups));
}

/** aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor */
export function batchNorm(input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, training: boolean, momentum: number, eps: number, cudnnEnabled: boolean): Tensor {
  return wrap(native.call(OP_batch_norm.id ?? resolve(OP_batch_norm), input.handle, weight?.handle, bias?.handle, runningMean?.handle, runningVar?.handle, training, momentum, eps, cudnnEnabled));
}

/** aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor */
export function groupNorm(input: Tensor, numGroups: number, { weight = null, bias = null, eps = 1.0000000000000001e-05, cudnnEnabled = true }: { weight?: Tensor | null; bias?: Tensor | null; eps?: number; cudnnEnabled?: boolean } = {}): Tensor {
  return wrap(native.call(OP_group_norm.id ?? resolve(OP_group_norm), input.handle, numGroups, weight?.handle, bias?.handle, eps, cudnnEnabled));
}

/** aten::layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor */
export function layerNorm(input: Tensor, normalizedShape: readonly number[], { weight = null, bias = null, eps = 1.0000000000000001e-05, cudnnEnable = true }: { weight?: Tensor | null; bias?: Tensor | null; eps?: number; cudnnEnable?: boolean } = {}): Tensor {
  return wrap(native.call(OP_layer_norm.id ?? resolve(OP_layer_norm), input.handle, normalizedShape, weight?.handle, bias?.handle, eps, cudnnEnable));
}

/** aten::instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor */
export function instanceNorm(input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, useInputStats: boolean, momentum: number, eps: number, cudnnEnabled: boolean): Tensor {
  return wrap(native.call(OP_instance_norm.id ?? resolve(OP_instance_norm), input.handle, weight?.handle, bias?.handle, runningMean?.handle, runningVar?.handle, useInputStats, momentum, eps, cudnnEnabled));
}

/** aten::dropout(Tensor input, float p, bool train) -> Tensor */
export function dropout(input: Tensor, p: number, train: boolean): Tensor {
  return wrap(native.call(OP_dropout.id ?? resolve(OP_dropout), input.handle, p, train));
}

/** aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor */
export function maxPool2d(self: Tensor, kernelSize: number | readonly number[], { stride = [], padding = 0, dilation = 1, ceilMode = false }: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceilMode?: boolean } = {}): Tensor {
  return wrap(native.call(OP_max_pool2d.id ?? resolve(OP_max_pool2d), self.handle, kernelSize, stride, padding, dilation, ceilMode));
}

/** aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor */
export function avgPool2d(self: Tensor, kernelSize: number | readonly number[], { stride = [], padding = 0, ceilMode = false, countIncludePad = true, divisorOverride = null }: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceilMode?: boolean; countIncludePad?: boolean; divisorOverride?: number | null } = {}): Tensor {
  return wrap(native.call(OP_avg_pool2d.id ?? resolve(OP_avg_pool2d), self.handle, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride));
}

/** aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor */
export function adaptiveAvgPool2d(self: Tensor, outputSize: number | readonly number[]): Tensor {
  return wrap(native.call(OP_adaptive_avg_pool2d.id ?? resolve(OP_adaptive_avg_pool2d), self.handle, outputSize));
}

/** aten::upsample_bilinear2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor */
export function upsampleBilinear2d(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null = null): Tensor {
  return wrap(native.call(OP_upsample_bilinear2d__vec.id ?? resolve(OP_upsample_bilinear2d__vec), input.handle, outputSize, alignCorners, scaleFactors));
}

/** aten::upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor */
export function upsampleNearest2d(input: Tensor, outputSize: readonly number[] | null = null, scaleFactors: readonly number[] | null = null): Tensor {
  return wrap(native.call(OP_upsample_nearest2d__vec.id ?? resolve(OP_upsample_nearest2d__vec), input.handle, outputSize, scaleFactors));
}

/** aten::upsample_bicubic2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor */
export function upsampleBicubic2d(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null = null): Tensor {
  return wrap(native.call(OP_upsample_bicubic2d__vec.id ?? resolve(OP_upsample_bicubic2d__vec), input.handle, outputSize, alignCorners, scaleFactors));
}

/** aten::_upsample_bilinear2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor */
export function _upsampleBilinear2dAa(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null = null): Tensor {
  return wrap(native.call(OP__upsample_bilinear2d_aa__vec.id ?? resolve(OP__upsample_bilinear2d_aa__vec), input.handle, outputSize, alignCorners, scaleFactors));
}

/** aten::_upsample_bicubic2d_aa.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor */
export function _upsampleBicubic2dAa(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null = null): Tensor {
  return wrap(native.call(OP__upsample_bicubic2d_aa__vec.id ?? resolve(OP__upsample_bicubic2d_aa__vec), input.handle, outputSize, alignCorners, scaleFactors));
}

/** aten::pad(Tensor self, int[] pad, str mode="constant", float? value=None) -> Tensor */
export function pad(self: Tensor, pad: readonly number[], { mode = 'constant', value = null }: { mode?: string; value?: number | null } = {}): Tensor {
  return wrap(native.call(OP_pad.id ?? resolve(OP_pad), self.handle, pad, mode, value));
}

/** aten::reflection_pad2d(Tensor self, int[4] padding) -> Tensor */
export function reflectionPad2d(self: Tensor, padding: number | readonly number[]): Tensor {
  return wrap(native.call(OP_reflection_pad2d.id ?? resolve(OP_reflection_pad2d), self.handle, padding));
}

/** aten::replication_pad2d(Tensor self, int[4] padding) -> Tensor */
export function replicationPad2d(self: Tensor, padding: number | readonly number[]): Tensor {
  return wrap(native.call(OP_replication_pad2d.id ?? resolve(OP_replication_pad2d), self.handle, padding));
}

/** aten::constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor */
export function constantPadNd(self: Tensor, pad: readonly number[], { value = 0 }: { value?: number | boolean } = {}): Tensor {
  return wrap(native.call(OP_constant_pad_nd.id ?? resolve(OP_constant_pad_nd), self.handle, pad, value));
}

/** aten::grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor */
export function gridSampler(input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean): Tensor {
  return wrap(native.call(OP_grid_sampler.id ?? resolve(OP_grid_sampler), input.handle, grid.handle, interpolationMode, paddingMode, alignCorners));
}

/** aten::affine_grid_generator(Tensor theta, int[] size, bool align_corners) -> Tensor */
export function affineGridGenerator(theta: Tensor, size: readonly number[], alignCorners: boolean): Tensor {
  return wrap(native.call(OP_affine_grid_generator.id ?? resolve(OP_affine_grid_generator), theta.handle, size, alignCorners));
}

/** aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a) */
export function unfold(self: Tensor, dimension: number, size: number, step: number): Tensor {
  return wrap(native.call(OP_unfold.id ?? resolve(OP_unfold), self.handle, dimension, size, step));
}

/** aten::im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor */
export function im2col(self: Tensor, kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[]): Tensor {
  return wrap(native.call(OP_im2col.id ?? resolve(OP_im2col), self.handle, kernelSize, dilation, padding, stride));
}

/** aten::nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100) -> Tensor */
export function nllLoss(self: Tensor, target: Tensor, { weight = null, reduction = 1, ignoreIndex = -100 }: { weight?: Tensor | null; reduction?: number; ignoreIndex?: number } = {}): Tensor {
  return wrap(native.call(OP_nll_loss.id ?? resolve(OP_nll_loss), self.handle, target.handle, weight?.handle, reduction, ignoreIndex));
}

/** aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100, float label_smoothing=0.) -> Tensor */
export function crossEntropyLoss(self: Tensor, target: Tensor, { weight = null, reduction = 1, ignoreIndex = -100, labelSmoothing = 0 }: { weight?: Tensor | null; reduction?: number; ignoreIndex?: number; labelSmoothing?: number } = {}): Tensor {
  return wrap(native.call(OP_cross_entropy_loss.id ?? resolve(OP_cross_entropy_loss), self.handle, target.handle, weight?.handle, reduction, ignoreIndex, labelSmoothing));
}

/** aten::mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor */
export function mseLoss(self: Tensor, target: Tensor, { reduction = 1 }: { reduction?: number } = {}): Tensor {
  return wrap(native.call(OP_mse_loss.id ?? resolve(OP_mse_loss), self.handle, target.handle, reduction));
}

/** aten::binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor */
export function binaryCrossEntropyWithLogits(self: Tensor, target: Tensor, { weight = null, posWeight = null, reduction = 1 }: { weight?: Tensor | null; posWeight?: Tensor | null; reduction?: number } = {}): Tensor {
  return wrap(native.call(OP_binary_cross_entropy_with_logits.id ?? resolve(OP_binary_cross_entropy_with_logits), self.handle, target.handle, weight?.handle, posWeight?.handle, reduction));
}

/** aten::cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor */
export function cosineSimilarity(x1: Tensor, x2: Tensor, { dim = 1, eps = 1e-08 }: { dim?: number; eps?: number } = {}): Tensor {
  return wrap(native.call(OP_cosine_similarity.id ?? resolve(OP_cosine_similarity), x1.handle, x2.handle, dim, eps));
}

/** aten::cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor */
export function cdist(x1: Tensor, x2: Tensor, { p = 2, computeMode = null }: { p?: number; computeMode?: number | null } = {}): Tensor {
  return wrap(native.call(OP_cdist.id ?? resolve(OP_cdist), x1.handle, x2.handle, p, computeMode));
}

/** aten::to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a) */
export function to(self: Tensor, { dtype = null, device = null, copy = false, memoryFormat = null }: { dtype?: Dtype | null; device?: Device | null; copy?: boolean; memoryFormat?: MemoryFormat | null } = {}): Tensor {
  return wrap(native.call(OP_to__dtype_layout.id ?? resolve(OP_to__dtype_layout), self.handle, dtype, undefined, device, undefined, undefined, copy, memoryFormat));
}

/** aten::type_as(Tensor self, Tensor other) -> Tensor */
export function typeAs(self: Tensor, other: Tensor): Tensor {
  return wrap(native.call(OP_type_as.id ?? resolve(OP_type_as), self.handle, other.handle));
}

/** aten::_foreach_add.Scalar(Tensor[] self, Scalar scalar) -> Tensor[] */
export function _foreachAdd(self: readonly Tensor[], scalar: number | boolean): Tensor[] {
  return wrapAll(native.call(OP__foreach_add__Scalar.id ?? resolve(OP__foreach_add__Scalar), handles(self), scalar));
}

/** aten::_foreach_add.List(Tensor[] self, Tensor[] other, *, Scalar alpha=1) -> Tensor[] */
export function _foreachAddList(self: readonly Tensor[], other: readonly Tensor[], { alpha = 1 }: { alpha?: number | boolean } = {}): Tensor[] {
  return wrapAll(native.call(OP__foreach_add__List.id ?? resolve(OP__foreach_add__List), handles(self), handles(other), alpha));
}

/** aten::_foreach_add_.Scalar(Tensor(a!)[] self, Scalar scalar) -> () */
export function _foreachAdd_(self: readonly Tensor[], scalar: number | boolean): void {
  native.call(OP__foreach_add___Scalar.id ?? resolve(OP__foreach_add___Scalar), handles(self), scalar);
}

/** aten::_foreach_add_.List(Tensor(a!)[] self, Tensor[] other, *, Scalar alpha=1) -> () */
export function _foreachAddList_(self: readonly Tensor[], other: readonly Tensor[], { alpha = 1 }: { alpha?: number | boolean } = {}): void {
  native.call(OP__foreach_add___List.id ?? resolve(OP__foreach_add___List), handles(self), handles(other), alpha);
}

/** aten::_foreach_mul.Scalar(Tensor[] self, Scalar scalar) -> Tensor[] */
export function _foreachMul(self: readonly Tensor[], scalar: number | boolean): Tensor[] {
  return wrapAll(native.call(OP__foreach_mul__Scalar.id ?? resolve(OP__foreach_mul__Scalar), handles(self), scalar));
}

/** aten::_foreach_mul_.Scalar(Tensor(a!)[] self, Scalar scalar) -> () */
export function _foreachMul_(self: readonly Tensor[], scalar: number | boolean): void {
  native.call(OP__foreach_mul___Scalar.id ?? resolve(OP__foreach_mul___Scalar), handles(self), scalar);
}

/** aten::_foreach_mul.List(Tensor[] self, Tensor[] other) -> Tensor[] */
export function _foreachMulList(self: readonly Tensor[], other: readonly Tensor[]): Tensor[] {
  return wrapAll(native.call(OP__foreach_mul__List.id ?? resolve(OP__foreach_mul__List), handles(self), handles(other)));
}

/** aten::_foreach_mul_.List(Tensor(a!)[] self, Tensor[] other) -> () */
export function _foreachMulList_(self: readonly Tensor[], other: readonly Tensor[]): void {
  native.call(OP__foreach_mul___List.id ?? resolve(OP__foreach_mul___List), handles(self), handles(other));
}

/** aten::_foreach_div.Scalar(Tensor[] self, Scalar scalar) -> Tensor[] */
export function _foreachDiv(self: readonly Tensor[], scalar: number | boolean): Tensor[] {
  return wrapAll(native.call(OP__foreach_div__Scalar.id ?? resolve(OP__foreach_div__Scalar), handles(self), scalar));
}

/** aten::_foreach_div_.List(Tensor(a!)[] self, Tensor[] other) -> () */
export function _foreachDiv_(self: readonly Tensor[], other: readonly Tensor[]): void {
  native.call(OP__foreach_div___List.id ?? resolve(OP__foreach_div___List), handles(self), handles(other));
}

/** aten::_foreach_div.List(Tensor[] self, Tensor[] other) -> Tensor[] */
export function _foreachDivList(self: readonly Tensor[], other: readonly Tensor[]): Tensor[] {
  return wrapAll(native.call(OP__foreach_div__List.id ?? resolve(OP__foreach_div__List), handles(self), handles(other)));
}

/** aten::_foreach_div_.Scalar(Tensor(a!)[] self, Scalar scalar) -> () */
export function _foreachDivScalar_(self: readonly Tensor[], scalar: number | boolean): void {
  native.call(OP__foreach_div___Scalar.id ?? resolve(OP__foreach_div___Scalar), handles(self), scalar);
}

/** aten::_foreach_sub_.List(Tensor(a!)[] self, Tensor[] other, *, Scalar alpha=1) -> () */
export function _foreachSub_(self: readonly Tensor[], other: readonly Tensor[], { alpha = 1 }: { alpha?: number | boolean } = {}): void {
  native.call(OP__foreach_sub___List.id ?? resolve(OP__foreach_sub___List), handles(self), handles(other), alpha);
}

/** aten::_foreach_mul.ScalarList(Tensor[] self, Scalar[] scalars) -> Tensor[] */
export function _foreachMulScalarList(self: readonly Tensor[], scalars: readonly (number | boolean)[]): Tensor[] {
  return wrapAll(native.call(OP__foreach_mul__ScalarList.id ?? resolve(OP__foreach_mul__ScalarList), handles(self), scalars));
}

/** aten::_foreach_mul_.ScalarList(Tensor(a!)[] self, Scalar[] scalars) -> () */
export function _foreachMulScalarList_(self: readonly Tensor[], scalars: readonly (number | boolean)[]): void {
  native.call(OP__foreach_mul___ScalarList.id ?? resolve(OP__foreach_mul___ScalarList), handles(self), scalars);
}

/** aten::_foreach_add.ScalarList(Tensor[] self, Scalar[] scalars) -> Tensor[] */
export function _foreachAddScalarList(self: readonly Tensor[], scalars: readonly (number | boolean)[]): Tensor[] {
  return wrapAll(native.call(OP__foreach_add__ScalarList.id ?? resolve(OP__foreach_add__ScalarList), handles(self), scalars));
}

/** aten::_foreach_add_.ScalarList(Tensor(a!)[] self, Scalar[] scalars) -> () */
export function _foreachAddScalarList_(self: readonly Tensor[], scalars: readonly (number | boolean)[]): void {
  native.call(OP__foreach_add___ScalarList.id ?? resolve(OP__foreach_add___ScalarList), handles(self), scalars);
}

/** aten::_foreach_div_.ScalarList(Tensor(a!)[] self, Scalar[] scalars) -> () */
export function _foreachDivScalarList_(self: readonly Tensor[], scalars: readonly (number | boolean)[]): void {
  native.call(OP__foreach_div___ScalarList.id ?? resolve(OP__foreach_div___ScalarList), handles(self), scalars);
}

/** aten::_foreach_addcmul_.Scalar(Tensor(a!)[] self, Tensor[] tensor1, Tensor[] tensor2, Scalar value=1) -> () */
export function _foreachAddcmul_(self: readonly Tensor[], tensor1: readonly Tensor[], tensor2: readonly Tensor[], { value = 1 }: { value?: number | boolean } = {}): void {
  native.call(OP__foreach_addcmul___Scalar.id ?? resolve(OP__foreach_addcmul___Scalar), handles(self), handles(tensor1), handles(tensor2), value);
}

/** aten::_foreach_addcdiv_.Scalar(Tensor(a!)[] self, Tensor[] tensor1, Tensor[] tensor2, Scalar value=1) -> () */
export function _foreachAddcdiv_(self: readonly Tensor[], tensor1: readonly Tensor[], tensor2: readonly Tensor[], { value = 1 }: { value?: number | boolean } = {}): void {
  native.call(OP__foreach_addcdiv___Scalar.id ?? resolve(OP__foreach_addcdiv___Scalar), handles(self), handles(tensor1), handles(tensor2), value);
}

/** aten::_foreach_addcdiv_.ScalarList(Tensor(a!)[] self, Tensor[] tensor1, Tensor[] tensor2, Scalar[] scalars) -> () */
export function _foreachAddcdivScalarList_(self: readonly Tensor[], tensor1: readonly Tensor[], tensor2: readonly Tensor[], scalars: readonly (number | boolean)[]): void {
  native.call(OP__foreach_addcdiv___ScalarList.id ?? resolve(OP__foreach_addcdiv___ScalarList), handles(self), handles(tensor1), handles(tensor2), scalars);
}

/** aten::_foreach_sqrt(Tensor[] self) -> Tensor[] */
export function _foreachSqrt(self: readonly Tensor[]): Tensor[] {
  return wrapAll(native.call(OP__foreach_sqrt.id ?? resolve(OP__foreach_sqrt), handles(self)));
}

/** aten::_foreach_sqrt_(Tensor(a!)[] self) -> () */
export function _foreachSqrt_(self: readonly Tensor[]): void {
  native.call(OP__foreach_sqrt_.id ?? resolve(OP__foreach_sqrt_), handles(self));
}

/** aten::_foreach_neg(Tensor[] self) -> Tensor[] */
export function _foreachNeg(self: readonly Tensor[]): Tensor[] {
  return wrapAll(native.call(OP__foreach_neg.id ?? resolve(OP__foreach_neg), handles(self)));
}

/** aten::_foreach_norm.Scalar(Tensor[] self, Scalar ord=2) -> Tensor[] */
export function _foreachNorm(self: readonly Tensor[], { ord = 2 }: { ord?: number | boolean } = {}): Tensor[] {
  return wrapAll(native.call(OP__foreach_norm__Scalar.id ?? resolve(OP__foreach_norm__Scalar), handles(self), ord));
}

/** aten::_foreach_zero_(Tensor(a!)[] self) -> () */
export function _foreachZero_(self: readonly Tensor[]): void {
  native.call(OP__foreach_zero_.id ?? resolve(OP__foreach_zero_), handles(self));
}

/** aten::_foreach_reciprocal_(Tensor(a!)[] self) -> () */
export function _foreachReciprocal_(self: readonly Tensor[]): void {
  native.call(OP__foreach_reciprocal_.id ?? resolve(OP__foreach_reciprocal_), handles(self));
}

/** aten::set_data(Tensor(a!) self, Tensor new_data) -> () */
export function setData(self: Tensor, newData: Tensor): void {
  native.call(OP_set_data.id ?? resolve(OP_set_data), self.handle, newData.handle);
}

/** aten::erfinv_(Tensor(a!) self) -> Tensor(a!) */
export function erfinv_(self: Tensor): Tensor {
  native.call(OP_erfinv_.id ?? resolve(OP_erfinv_), self.handle);
  return self;
}

/** A tensor: handle, shape, dtype, device and life time (TensorBase), and every operator as a method. */
export class Tensor extends TensorBase {
  /** aten::abs(Tensor self) -> Tensor */
  abs(): Tensor {
    return abs(this);
  }

  /** aten::abs_(Tensor(a!) self) -> Tensor(a!) */
  abs_(): Tensor {
    return abs_(this);
  }

  /** aten::neg(Tensor self) -> Tensor */
  neg(): Tensor {
    return neg(this);
  }

  /** aten::neg_(Tensor(a!) self) -> Tensor(a!) */
  neg_(): Tensor {
    return neg_(this);
  }

  /** aten::exp(Tensor self) -> Tensor */
  exp(): Tensor {
    return exp(this);
  }

  /** aten::exp_(Tensor(a!) self) -> Tensor(a!) */
  exp_(): Tensor {
    return exp_(this);
  }

  /** aten::expm1(Tensor self) -> Tensor */
  expm1(): Tensor {
    return expm1(this);
  }

  /** aten::log(Tensor self) -> Tensor */
  log(): Tensor {
    return log(this);
  }

  /** aten::log_(Tensor(a!) self) -> Tensor(a!) */
  log_(): Tensor {
    return log_(this);
  }

  /** aten::log1p(Tensor self) -> Tensor */
  log1p(): Tensor {
    return log1p(this);
  }

  /** aten::log2(Tensor self) -> Tensor */
  log2(): Tensor {
    return log2(this);
  }

  /** aten::sqrt(Tensor self) -> Tensor */
  sqrt(): Tensor {
    return sqrt(this);
  }

  /** aten::sqrt_(Tensor(a!) self) -> Tensor(a!) */
  sqrt_(): Tensor {
    return sqrt_(this);
  }

  /** aten::rsqrt(Tensor self) -> Tensor */
  rsqrt(): Tensor {
    return rsqrt(this);
  }

  /** aten::rsqrt_(Tensor(a!) self) -> Tensor(a!) */
  rsqrt_(): Tensor {
    return rsqrt_(this);
  }

  /** aten::square(Tensor self) -> Tensor */
  square(): Tensor {
    return square(this);
  }

  /** aten::square_(Tensor(a!) self) -> Tensor(a!) */
  square_(): Tensor {
    return square_(this);
  }

  /** aten::reciprocal(Tensor self) -> Tensor */
  reciprocal(): Tensor {
    return reciprocal(this);
  }

  /** aten::reciprocal_(Tensor(a!) self) -> Tensor(a!) */
  reciprocal_(): Tensor {
    return reciprocal_(this);
  }

  /** aten::sin(Tensor self) -> Tensor */
  sin(): Tensor {
    return sin(this);
  }

  /** aten::cos(Tensor self) -> Tensor */
  cos(): Tensor {
    return cos(this);
  }

  /** aten::tan(Tensor self) -> Tensor */
  tan(): Tensor {
    return tan(this);
  }

  /** aten::atan(Tensor self) -> Tensor */
  atan(): Tensor {
    return atan(this);
  }

  /** aten::tanh(Tensor self) -> Tensor */
  tanh(): Tensor {
    return tanh(this);
  }

  /** aten::tanh_(Tensor(a!) self) -> Tensor(a!) */
  tanh_(): Tensor {
    return tanh_(this);
  }

  /** aten::sigmoid(Tensor self) -> Tensor */
  sigmoid(): Tensor {
    return sigmoid(this);
  }

  /** aten::sigmoid_(Tensor(a!) self) -> Tensor(a!) */
  sigmoid_(): Tensor {
    return sigmoid_(this);
  }

  /** aten::relu(Tensor self) -> Tensor */
  relu(): Tensor {
    return relu(this);
  }

  /** aten::relu_(Tensor(a!) self) -> Tensor(a!) */
  relu_(): Tensor {
    return relu_(this);
  }

  /** aten::erf(Tensor self) -> Tensor */
  erf(): Tensor {
    return erf(this);
  }

  /** aten::floor(Tensor self) -> Tensor */
  floor(): Tensor {
    return floor(this);
  }

  /** aten::floor_(Tensor(a!) self) -> Tensor(a!) */
  floor_(): Tensor {
    return floor_(this);
  }

  /** aten::ceil(Tensor self) -> Tensor */
  ceil(): Tensor {
    return ceil(this);
  }

  /** aten::round(Tensor self) -> Tensor */
  round(): Tensor {
    return round(this);
  }

  /** aten::sign(Tensor self) -> Tensor */
  sign(): Tensor {
    return sign(this);
  }

  /** aten::frac(Tensor self) -> Tensor */
  frac(): Tensor {
    return frac(this);
  }

  /** aten::sinc(Tensor self) -> Tensor */
  sinc(): Tensor {
    return sinc(this);
  }

  /** aten::isnan(Tensor self) -> Tensor */
  isnan(): Tensor {
    return isnan(this);
  }

  /** aten::isinf(Tensor self) -> Tensor */
  isinf(): Tensor {
    return isinf(this);
  }

  /** aten::isfinite(Tensor self) -> Tensor */
  isfinite(): Tensor {
    return isfinite(this);
  }

  /** aten::logical_not(Tensor self) -> Tensor */
  logicalNot(): Tensor {
    return logicalNot(this);
  }

  /** aten::logical_and(Tensor self, Tensor other) -> Tensor */
  logicalAnd(other: Tensor): Tensor {
    return logicalAnd(this, other);
  }

  /** aten::logical_or(Tensor self, Tensor other) -> Tensor */
  logicalOr(other: Tensor): Tensor {
    return logicalOr(this, other);
  }

  /** aten::bitwise_not(Tensor self) -> Tensor */
  bitwiseNot(): Tensor {
    return bitwiseNot(this);
  }

  /** aten::gelu(Tensor self, *, str approximate="none") -> Tensor */
  gelu(options?: { approximate?: string }): Tensor {
    return gelu(this, options);
  }

  /** aten::silu(Tensor self) -> Tensor */
  silu(): Tensor {
    return silu(this);
  }

  /** aten::silu_(Tensor(a!) self) -> Tensor(a!) */
  silu_(): Tensor {
    return silu_(this);
  }

  /** aten::hardswish(Tensor self) -> Tensor */
  hardswish(): Tensor {
    return hardswish(this);
  }

  /** aten::hardswish_(Tensor(a!) self) -> Tensor(a!) */
  hardswish_(): Tensor {
    return hardswish_(this);
  }

  /** aten::hardsigmoid(Tensor self) -> Tensor */
  hardsigmoid(): Tensor {
    return hardsigmoid(this);
  }

  /** aten::hardsigmoid_(Tensor(a!) self) -> Tensor(a!) */
  hardsigmoid_(): Tensor {
    return hardsigmoid_(this);
  }

  /** aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor */
  leakyRelu(options?: { negativeSlope?: number | boolean }): Tensor {
    return leakyRelu(this, options);
  }

  /** aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor */
  elu(options?: { alpha?: number | boolean; scale?: number | boolean; inputScale?: number | boolean }): Tensor {
    return elu(this, options);
  }

  /** aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor */
  softplus(options?: { beta?: number | boolean; threshold?: number | boolean }): Tensor {
    return softplus(this, options);
  }

  /** aten::relu6(Tensor self) -> Tensor */
  relu6(): Tensor {
    return relu6(this);
  }

  /** aten::mish(Tensor self) -> Tensor */
  mish(): Tensor {
    return mish(this);
  }

  /** aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor | aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor */
  add(other: Tensor | number | boolean, options?: { alpha?: number | boolean }): Tensor {
    return add(this, other, options);
  }

  /** aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!) | aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!) */
  add_(other: Tensor | number | boolean, options?: { alpha?: number | boolean }): Tensor {
    return add_(this, other, options);
  }

  /** aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor | aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor */
  sub(other: Tensor | number | boolean, options?: { alpha?: number | boolean }): Tensor {
    return sub(this, other, options);
  }

  /** aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!) | aten::sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!) */
  sub_(other: Tensor | number | boolean, options?: { alpha?: number | boolean }): Tensor {
    return sub_(this, other, options);
  }

  /** aten::mul.Tensor(Tensor self, Tensor other) -> Tensor | aten::mul.Scalar(Tensor self, Scalar other) -> Tensor */
  mul(other: Tensor | number | boolean): Tensor {
    return mul(this, other);
  }

  /** aten::mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!) | aten::mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!) */
  mul_(other: Tensor | number | boolean): Tensor {
    return mul_(this, other);
  }

  /** aten::div.Tensor(Tensor self, Tensor other) -> Tensor | aten::div.Scalar(Tensor self, Scalar other) -> Tensor */
  div(other: Tensor | number | boolean): Tensor {
    return div(this, other);
  }

  /** aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!) | aten::div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!) */
  div_(other: Tensor | number | boolean): Tensor {
    return div_(this, other);
  }

  /** aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor | aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor */
  remainder(other: Tensor | number | boolean): Tensor {
    return remainder(this, other);
  }

  /** aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor | aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor */
  rsub(other: Tensor | number | boolean, options?: { alpha?: number | boolean }): Tensor {
    return rsub(this, other, options);
  }

  /** aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor | aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor */
  pow(exponent: Tensor | number | boolean): Tensor {
    return pow(this, exponent);
  }

  /** aten::atan2(Tensor self, Tensor other) -> Tensor */
  atan2(other: Tensor): Tensor {
    return atan2(this, other);
  }

  /** aten::maximum(Tensor self, Tensor other) -> Tensor */
  maximum(other: Tensor): Tensor {
    return maximum(this, other);
  }

  /** aten::minimum(Tensor self, Tensor other) -> Tensor */
  minimum(other: Tensor): Tensor {
    return minimum(this, other);
  }

  /** aten::eq.Tensor(Tensor self, Tensor other) -> Tensor | aten::eq.Scalar(Tensor self, Scalar other) -> Tensor */
  eq(other: Tensor | number | boolean): Tensor {
    return eq(this, other);
  }

  /** aten::ne.Tensor(Tensor self, Tensor other) -> Tensor | aten::ne.Scalar(Tensor self, Scalar other) -> Tensor */
  ne(other: Tensor | number | boolean): Tensor {
    return ne(this, other);
  }

  /** aten::lt.Tensor(Tensor self, Tensor other) -> Tensor | aten::lt.Scalar(Tensor self, Scalar other) -> Tensor */
  lt(other: Tensor | number | boolean): Tensor {
    return lt(this, other);
  }

  /** aten::le.Tensor(Tensor self, Tensor other) -> Tensor | aten::le.Scalar(Tensor self, Scalar other) -> Tensor */
  le(other: Tensor | number | boolean): Tensor {
    return le(this, other);
  }

  /** aten::gt.Tensor(Tensor self, Tensor other) -> Tensor | aten::gt.Scalar(Tensor self, Scalar other) -> Tensor */
  gt(other: Tensor | number | boolean): Tensor {
    return gt(this, other);
  }

  /** aten::ge.Tensor(Tensor self, Tensor other) -> Tensor | aten::ge.Scalar(Tensor self, Scalar other) -> Tensor */
  ge(other: Tensor | number | boolean): Tensor {
    return ge(this, other);
  }

  /** aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor */
  addcmul(tensor1: Tensor, tensor2: Tensor, options?: { value?: number | boolean }): Tensor {
    return addcmul(this, tensor1, tensor2, options);
  }

  /** aten::addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!) */
  addcmul_(tensor1: Tensor, tensor2: Tensor, options?: { value?: number | boolean }): Tensor {
    return addcmul_(this, tensor1, tensor2, options);
  }

  /** aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor */
  addcdiv(tensor1: Tensor, tensor2: Tensor, options?: { value?: number | boolean }): Tensor {
    return addcdiv(this, tensor1, tensor2, options);
  }

  /** aten::addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!) */
  addcdiv_(tensor1: Tensor, tensor2: Tensor, options?: { value?: number | boolean }): Tensor {
    return addcdiv_(this, tensor1, tensor2, options);
  }

  /** aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor | aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor */
  lerp(end: Tensor, weight: number | boolean | Tensor): Tensor {
    return lerp(this, end, weight);
  }

  /** aten::lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!) | aten::lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!) */
  lerp_(end: Tensor, weight: number | boolean | Tensor): Tensor {
    return lerp_(this, end, weight);
  }

  /** aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor */
  clamp(options?: { min?: number | boolean | null; max?: number | boolean | null }): Tensor {
    return clamp(this, options);
  }

  /** aten::clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!) */
  clamp_(options?: { min?: number | boolean | null; max?: number | boolean | null }): Tensor {
    return clamp_(this, options);
  }

  /** aten::clamp_min(Tensor self, Scalar min) -> Tensor */
  clampMin(min: number | boolean): Tensor {
    return clampMin(this, min);
  }

  /** aten::clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!) */
  clampMin_(min: number | boolean): Tensor {
    return clampMin_(this, min);
  }

  /** aten::clamp_max(Tensor self, Scalar max) -> Tensor */
  clampMax(max: number | boolean): Tensor {
    return clampMax(this, max);
  }

  /** aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor */
  maskedFill(mask: Tensor, value: number | boolean): Tensor {
    return maskedFill(this, mask, value);
  }

  /** aten::masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!) */
  maskedFill_(mask: Tensor, value: number | boolean): Tensor {
    return maskedFill_(this, mask, value);
  }

  /** aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor */
  nanToNum(options?: { nan?: number | null; posinf?: number | null; neginf?: number | null }): Tensor {
    return nanToNum(this, options);
  }

  /** aten::nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!) */
  nanToNum_(options?: { nan?: number | null; posinf?: number | null; neginf?: number | null }): Tensor {
    return nanToNum_(this, options);
  }

  /** aten::zero_(Tensor(a!) self) -> Tensor(a!) */
  zero_(): Tensor {
    return zero_(this);
  }

  /** aten::fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!) */
  fill_(value: number | boolean): Tensor {
    return fill_(this, value);
  }

  /** aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!) */
  copy_(src: Tensor): Tensor {
    return copy_(this, src);
  }

  /** aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor */
  clone(options?: { memoryFormat?: MemoryFormat | null }): Tensor {
    return clone(this, options);
  }

  /** aten::detach(Tensor(a) self) -> Tensor(a) */
  detach(): Tensor {
    return detach(this);
  }

  /** aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a) */
  contiguous(options?: { memoryFormat?: MemoryFormat }): Tensor {
    return contiguous(this, options);
  }

  /** aten::alias(Tensor(a) self) -> Tensor(a) */
  alias(): Tensor {
    return alias(this);
  }

  /** aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor */
  sum(dim?: number | readonly number[] | null, options?: { keepdim?: boolean; dtype?: Dtype | null }): Tensor {
    return sum(this, dim, options);
  }

  /** aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor */
  mean(dim?: number | readonly number[] | null, options?: { keepdim?: boolean; dtype?: Dtype | null }): Tensor {
    return mean(this, dim, options);
  }

  /** aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor */
  prod(options?: { dtype?: Dtype | null }): Tensor {
    return prod(this, options);
  }

  /** aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor */
  amax(options?: { dim?: number | readonly number[]; keepdim?: boolean }): Tensor {
    return amax(this, options);
  }

  /** aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor */
  amin(options?: { dim?: number | readonly number[]; keepdim?: boolean }): Tensor {
    return amin(this, options);
  }

  /** aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor */
  argmax(options?: { dim?: number | null; keepdim?: boolean }): Tensor {
    return argmax(this, options);
  }

  /** aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor */
  argmin(options?: { dim?: number | null; keepdim?: boolean }): Tensor {
    return argmin(this, options);
  }

  /** aten::any(Tensor self) -> Tensor */
  any(): Tensor {
    return any(this);
  }

  /** aten::all(Tensor self) -> Tensor */
  all(): Tensor {
    return all(this);
  }

  /** aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor */
  anyDim(dim: number, options?: { keepdim?: boolean }): Tensor {
    return anyDim(this, dim, options);
  }

  /** aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor */
  allDim(dim: number, options?: { keepdim?: boolean }): Tensor {
    return allDim(this, dim, options);
  }

  /** aten::std.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor */
  std(dim?: number | readonly number[] | null, options?: { correction?: number | null; keepdim?: boolean }): Tensor {
    return std(this, dim, options);
  }

  /** aten::var.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor */
  var(dim?: number | readonly number[] | null, options?: { correction?: number | null; keepdim?: boolean }): Tensor {
    return varOf(this, dim, options);
  }

  /** aten::var_mean.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor) */
  varMean(dim?: number | readonly number[] | null, options?: { correction?: number | null; keepdim?: boolean }): [Tensor, Tensor] {
    return varMean(this, dim, options);
  }

  /** aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor */
  norm(p: number | boolean | null, dim: number | readonly number[], options?: { keepdim?: boolean }): Tensor {
    return norm(this, p, dim, options);
  }

  /** aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor */
  linalgVectorNorm(options?: { ord?: number | boolean; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null }): Tensor {
    return linalgVectorNorm(this, options);
  }

  /** aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices) */
  max(dim: number, options?: { keepdim?: boolean }): [Tensor, Tensor] {
    return max(this, dim, options);
  }

  /** aten::min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices) */
  min(dim: number, options?: { keepdim?: boolean }): [Tensor, Tensor] {
    return min(this, dim, options);
  }

  /** aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor */
  cumsum(dim: number, options?: { dtype?: Dtype | null }): Tensor {
    return cumsum(this, dim, options);
  }

  /** aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor */
  logsumexp(dim: number | readonly number[], options?: { keepdim?: boolean }): Tensor {
    return logsumexp(this, dim, options);
  }

  /** aten::logaddexp(Tensor self, Tensor other) -> Tensor */
  logaddexp(other: Tensor): Tensor {
    return logaddexp(this, other);
  }

  /** aten::median(Tensor self) -> Tensor */
  median(): Tensor {
    return median(this);
  }

  /** aten::count_nonzero(Tensor self, int? dim=None) -> Tensor */
  countNonzero(options?: { dim?: number | null }): Tensor {
    return countNonzero(this, options);
  }

  /** aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor */
  softmax(dim: number, options?: { dtype?: Dtype | null }): Tensor {
    return softmax(this, dim, options);
  }

  /** aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor */
  logSoftmax(dim: number, options?: { dtype?: Dtype | null }): Tensor {
    return logSoftmax(this, dim, options);
  }

  /** aten::topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices) */
  topk(k: number, options?: { dim?: number; largest?: boolean; sorted?: boolean }): [Tensor, Tensor] {
    return topk(this, k, options);
  }

  /** aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices) */
  sort(options?: { dim?: number; descending?: boolean }): [Tensor, Tensor] {
    return sort(this, options);
  }

  /** aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor */
  argsort(options?: { dim?: number; descending?: boolean }): Tensor {
    return argsort(this, options);
  }

  /** aten::unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor) */
  uniqueDim(dim: number, options?: { sorted?: boolean; returnInverse?: boolean; returnCounts?: boolean }): [Tensor, Tensor, Tensor] {
    return uniqueDim(this, dim, options);
  }

  /** aten::bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor */
  bincount(options?: { weights?: Tensor | null; minlength?: number }): Tensor {
    return bincount(this, options);
  }

  /** aten::histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor */
  histc(options?: { bins?: number; min?: number | boolean; max?: number | boolean }): Tensor {
    return histc(this, options);
  }

  /** aten::bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor */
  bucketize(boundaries: Tensor, options?: { outInt32?: boolean; right?: boolean }): Tensor {
    return bucketize(this, boundaries, options);
  }

  /** aten::matmul(Tensor self, Tensor other) -> Tensor */
  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }

  /** aten::mm(Tensor self, Tensor mat2) -> Tensor */
  mm(mat2: Tensor): Tensor {
    return mm(this, mat2);
  }

  /** aten::bmm(Tensor self, Tensor mat2) -> Tensor */
  bmm(mat2: Tensor): Tensor {
    return bmm(this, mat2);
  }

  /** aten::mv(Tensor self, Tensor vec) -> Tensor */
  mv(vec: Tensor): Tensor {
    return mv(this, vec);
  }

  /** aten::dot(Tensor self, Tensor tensor) -> Tensor */
  dot(tensor: Tensor): Tensor {
    return dot(this, tensor);
  }

  /** aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor */
  addmm(mat1: Tensor, mat2: Tensor, options?: { beta?: number | boolean; alpha?: number | boolean }): Tensor {
    return addmm(this, mat1, mat2, options);
  }

  /** aten::addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!) */
  addmm_(mat1: Tensor, mat2: Tensor, options?: { beta?: number | boolean; alpha?: number | boolean }): Tensor {
    return addmm_(this, mat1, mat2, options);
  }

  /** aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor */
  baddbmm(batch1: Tensor, batch2: Tensor, options?: { beta?: number | boolean; alpha?: number | boolean }): Tensor {
    return baddbmm(this, batch1, batch2, options);
  }

  /** aten::outer(Tensor self, Tensor vec2) -> Tensor */
  outer(vec2: Tensor): Tensor {
    return outer(this, vec2);
  }

  /** aten::linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors) */
  linalgEigh(options?: { UPLO?: string }): [Tensor, Tensor] {
    return linalgEigh(this, options);
  }

  /** aten::linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor */
  linalgCholesky(options?: { upper?: boolean }): Tensor {
    return linalgCholesky(this, options);
  }

  /** aten::cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor */
  choleskySolve(input2: Tensor, options?: { upper?: boolean }): Tensor {
    return choleskySolve(this, input2, options);
  }

  /** aten::triu(Tensor self, int diagonal=0) -> Tensor */
  triu(options?: { diagonal?: number }): Tensor {
    return triu(this, options);
  }

  /** aten::tril(Tensor self, int diagonal=0) -> Tensor */
  tril(options?: { diagonal?: number }): Tensor {
    return tril(this, options);
  }

  /** aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a) */
  diagonal(options?: { offset?: number; dim1?: number; dim2?: number }): Tensor {
    return diagonal(this, options);
  }

  /** aten::diag(Tensor self, int diagonal=0) -> Tensor */
  diag(options?: { diagonal?: number }): Tensor {
    return diag(this, options);
  }

  /** aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a) */
  reshape(shape: readonly number[]): Tensor {
    return reshape(this, shape);
  }

  /** aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a) */
  view(size: readonly number[]): Tensor {
    return view(this, size);
  }

  /** aten::as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a) */
  asStrided(size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null }): Tensor {
    return asStrided(this, size, stride, options);
  }

  /** aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a) */
  flatten(options?: { startDim?: number; endDim?: number }): Tensor {
    return flatten(this, options);
  }

  /** aten::permute(Tensor(a) self, int[] dims) -> Tensor(a) */
  permute(dims: readonly number[]): Tensor {
    return permute(this, dims);
  }

  /** aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a) */
  transpose(dim0: number, dim1: number): Tensor {
    return transpose(this, dim0, dim1);
  }

  /** aten::t(Tensor(a) self) -> Tensor(a) */
  t(): Tensor {
    return t(this);
  }

  /** aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a) */
  squeeze(dim: number): Tensor {
    return squeeze(this, dim);
  }

  /** aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a) */
  unsqueeze(dim: number): Tensor {
    return unsqueeze(this, dim);
  }

  /** aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a) */
  expand(size: readonly number[], options?: { implicit?: boolean }): Tensor {
    return expand(this, size, options);
  }

  /** aten::narrow(Tensor(a) self, int dim, int start, int length) -> Tensor(a) */
  narrow(dim: number, start: number, length: number): Tensor {
    return narrow(this, dim, start, length);
  }

  /** aten::select.int(Tensor(a) self, int dim, int index) -> Tensor(a) */
  select(dim: number, index: number): Tensor {
    return select(this, dim, index);
  }

  /** aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a) */
  slice(options?: { dim?: number; start?: number | null; end?: number | null; step?: number }): Tensor {
    return slice(this, options);
  }

  /** aten::split.Tensor(Tensor(a -> *) self, int split_size, int dim=0) -> Tensor(a)[] */
  split(splitSize: number, options?: { dim?: number }): Tensor[] {
    return split(this, splitSize, options);
  }

  /** aten::split_with_sizes(Tensor(a -> *) self, int[] split_sizes, int dim=0) -> Tensor(a)[] */
  splitWithSizes(splitSizes: readonly number[], options?: { dim?: number }): Tensor[] {
    return splitWithSizes(this, splitSizes, options);
  }

  /** aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[] */
  chunk(chunks: number, options?: { dim?: number }): Tensor[] {
    return chunk(this, chunks, options);
  }

  /** aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[] */
  unbind(options?: { dim?: number }): Tensor[] {
    return unbind(this, options);
  }

  /** aten::flip(Tensor self, int[] dims) -> Tensor */
  flip(dims: readonly number[]): Tensor {
    return flip(this, dims);
  }

  /** aten::roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor */
  roll(shifts: number | readonly number[], options?: { dims?: number | readonly number[] }): Tensor {
    return roll(this, shifts, options);
  }

  /** aten::repeat(Tensor self, SymInt[] repeats) -> Tensor */
  repeat(repeats: readonly number[]): Tensor {
    return repeat(this, repeats);
  }

  /** aten::repeat_interleave.self_int(Tensor self, int repeats, int? dim=None, *, int? output_size=None) -> Tensor */
  repeatInterleave(repeats: number, options?: { dim?: number | null; outputSize?: number | null }): Tensor {
    return repeatInterleave(this, repeats, options);
  }

  /** aten::tile(Tensor self, int[] dims) -> Tensor */
  tile(dims: readonly number[]): Tensor {
    return tile(this, dims);
  }

  /** aten::index_select(Tensor self, int dim, Tensor index) -> Tensor */
  indexSelect(dim: number, index: Tensor): Tensor {
    return indexSelect(this, dim, index);
  }

  /** aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor */
  gather(dim: number, index: Tensor, options?: { sparseGrad?: boolean }): Tensor {
    return gather(this, dim, index, options);
  }

  /** aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!) */
  scatter_(dim: number, index: Tensor, value: number | boolean): Tensor {
    return scatter_(this, dim, index, value);
  }

  /** aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!) */
  scatterSrc_(dim: number, index: Tensor, src: Tensor): Tensor {
    return scatterSrc_(this, dim, index, src);
  }

  /** aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return scatterAdd(this, dim, index, src);
  }

  /** aten::scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!) */
  scatterAdd_(dim: number, index: Tensor, src: Tensor): Tensor {
    return scatterAdd_(this, dim, index, src);
  }

  /** aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor */
  indexAdd(dim: number, index: Tensor, source: Tensor, options?: { alpha?: number | boolean }): Tensor {
    return indexAdd(this, dim, index, source, options);
  }

  /** aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!) */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options?: { alpha?: number | boolean }): Tensor {
    return indexAdd_(this, dim, index, source, options);
  }

  /** aten::index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!) */
  indexCopy_(dim: number, index: Tensor, source: Tensor): Tensor {
    return indexCopy_(this, dim, index, source);
  }

  /** aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor */
  index(indices: readonly (Tensor | null)[]): Tensor {
    return index(this, indices);
  }

  /** aten::index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!) */
  indexPut_(indices: readonly (Tensor | null)[], values: Tensor, options?: { accumulate?: boolean }): Tensor {
    return indexPut_(this, indices, values, options);
  }

  /** aten::masked_select(Tensor self, Tensor mask) -> Tensor */
  maskedSelect(mask: Tensor): Tensor {
    return maskedSelect(this, mask);
  }

  /** aten::nonzero(Tensor self) -> Tensor */
  nonzero(): Tensor {
    return nonzero(this);
  }

  /** aten::take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor */
  takeAlongDim(indices: Tensor, options?: { dim?: number | null }): Tensor {
    return takeAlongDim(this, indices, options);
  }

  /** aten::one_hot(Tensor self, int num_classes=-1) -> Tensor */
  oneHot(options?: { numClasses?: number }): Tensor {
    return oneHot(this, options);
  }

  /** aten::diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor */
  diagonalScatter(src: Tensor, options?: { offset?: number; dim1?: number; dim2?: number }): Tensor {
    return diagonalScatter(this, src, options);
  }

  /** aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
  zerosLike(options?: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null }): Tensor {
    return zerosLike(this, options);
  }

  /** aten::ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
  onesLike(options?: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null }): Tensor {
    return onesLike(this, options);
  }

  /** aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
  emptyLike(options?: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null }): Tensor {
    return emptyLike(this, options);
  }

  /** aten::full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
  fullLike(fillValue: number | boolean, options?: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null }): Tensor {
    return fullLike(this, fillValue, options);
  }

  /** aten::rand_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
  randLike(options?: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null }): Tensor {
    return randLike(this, options);
  }

  /** aten::randn_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor */
  randnLike(options?: { dtype?: Dtype | null; device?: Device | null; memoryFormat?: MemoryFormat | null }): Tensor {
    return randnLike(this, options);
  }

  /** aten::bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!) */
  bernoulli_(options?: { p?: number }): Tensor {
    return bernoulli_(this, options);
  }

  /** aten::normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!) */
  normal_(options?: { mean?: number; std?: number }): Tensor {
    return normal_(this, options);
  }

  /** aten::uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!) */
  uniform_(options?: { from?: number; to?: number }): Tensor {
    return uniform_(this, options);
  }

  /** aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor */
  maxPool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceilMode?: boolean }): Tensor {
    return maxPool2d(this, kernelSize, options);
  }

  /** aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor */
  avgPool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceilMode?: boolean; countIncludePad?: boolean; divisorOverride?: number | null }): Tensor {
    return avgPool2d(this, kernelSize, options);
  }

  /** aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor */
  adaptiveAvgPool2d(outputSize: number | readonly number[]): Tensor {
    return adaptiveAvgPool2d(this, outputSize);
  }

  /** aten::pad(Tensor self, int[] pad, str mode="constant", float? value=None) -> Tensor */
  pad(padValue: readonly number[], options?: { mode?: string; value?: number | null }): Tensor {
    return pad(this, padValue, options);
  }

  /** aten::reflection_pad2d(Tensor self, int[4] padding) -> Tensor */
  reflectionPad2d(padding: number | readonly number[]): Tensor {
    return reflectionPad2d(this, padding);
  }

  /** aten::replication_pad2d(Tensor self, int[4] padding) -> Tensor */
  replicationPad2d(padding: number | readonly number[]): Tensor {
    return replicationPad2d(this, padding);
  }

  /** aten::constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor */
  constantPadNd(pad: readonly number[], options?: { value?: number | boolean }): Tensor {
    return constantPadNd(this, pad, options);
  }

  /** aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a) */
  unfold(dimension: number, size: number, step: number): Tensor {
    return unfold(this, dimension, size, step);
  }

  /** aten::im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor */
  im2col(kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[]): Tensor {
    return im2col(this, kernelSize, dilation, padding, stride);
  }

  /** aten::nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100) -> Tensor */
  nllLoss(target: Tensor, options?: { weight?: Tensor | null; reduction?: number; ignoreIndex?: number }): Tensor {
    return nllLoss(this, target, options);
  }

  /** aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, int ignore_index=-100, float label_smoothing=0.) -> Tensor */
  crossEntropyLoss(target: Tensor, options?: { weight?: Tensor | null; reduction?: number; ignoreIndex?: number; labelSmoothing?: number }): Tensor {
    return crossEntropyLoss(this, target, options);
  }

  /** aten::mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor */
  mseLoss(target: Tensor, options?: { reduction?: number }): Tensor {
    return mseLoss(this, target, options);
  }

  /** aten::binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor */
  binaryCrossEntropyWithLogits(target: Tensor, options?: { weight?: Tensor | null; posWeight?: Tensor | null; reduction?: number }): Tensor {
    return binaryCrossEntropyWithLogits(this, target, options);
  }

  /** aten::type_as(Tensor self, Tensor other) -> Tensor */
  typeAs(other: Tensor): Tensor {
    return typeAs(this, other);
  }

  /** aten::erfinv_(Tensor(a!) self) -> Tensor(a!) */
  erfinv_(): Tensor {
    return erfinv_(this);
  }
}

/** A tensor of a handle that an operator gave. */
function wrap(result: unknown): Tensor {
  return new Tensor(result as number);
}

/** Tensors of handles that an operator gave. */
function wrapAll(result: unknown): Tensor[] {
  return (result as number[]).map((handle) => new Tensor(handle));
}
