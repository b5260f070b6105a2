// One boxed call reaches every ATen operator: the dispatcher is the binding.
//
// Arguments are converted by the schema of the library that is loaded, so one build of the TypeScript
// serves several versions of LibTorch.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/jit_type.h>
#include <torch/csrc/autograd/function.h>

#include <sstream>

#include "tensors.h"

namespace xclr {
namespace {

std::string argumentName(const c10::FunctionSchema& schema, const c10::Argument& argument) {
  return schema.name() + ": " + argument.name() + " (" + argument.type()->str() + ")";
}

c10::Scalar toScalar(napi_env env, napi_value value, const char* what) {
  if (typeOf(env, value) == napi_boolean) return toBool(env, value, what);
  const double number = toDouble(env, value, what);
  const auto integer = static_cast<int64_t>(number);
  if (static_cast<double>(integer) == number && std::abs(number) < 9.0e15) return integer;
  return number;
}

int64_t toIntOrEnum(napi_env env, napi_value value, const char* what) {
  return typeOf(env, value) == napi_string ? enumFromName(toString(env, value, what)) : toInt64(env, value, what);
}

template <typename T, typename F>
c10::List<T> toList(napi_env env, napi_value value, int32_t repeat, const char* what, F&& convert) {
  c10::List<T> list;
  bool isArray = false;
  check(napi_is_array(env, value, &isArray), what);
  if (!isArray) {  // a single number stands for `repeat` equal ones, as in PyTorch's int[2]
    const T one = convert(value);
    for (int32_t i = 0; i < std::max(repeat, 1); ++i) list.push_back(one);
    return list;
  }
  uint32_t length = 0;
  check(napi_get_array_length(env, value, &length), what);
  list.reserve(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, value, i, &element), what);
    list.push_back(convert(element));
  }
  return list;
}

c10::IValue toIValue(napi_env env, napi_value value, const c10::TypePtr& type, int32_t repeat, const char* what);

c10::IValue toListValue(napi_env env, napi_value value, const c10::TypePtr& element, int32_t repeat, const char* what) {
  switch (element->kind()) {
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      return toList<int64_t>(env, value, repeat, what, [&](napi_value v) { return toInt64(env, v, what); });
    case c10::TypeKind::FloatType:
      return toList<double>(env, value, repeat, what, [&](napi_value v) { return toDouble(env, v, what); });
    case c10::TypeKind::BoolType:
      return toList<bool>(env, value, repeat, what, [&](napi_value v) { return toBool(env, v, what); });
    case c10::TypeKind::TensorType:
      return toList<at::Tensor>(env, value, 1, what, [&](napi_value v) { return tensorArgument(env, v, what); });
    case c10::TypeKind::NumberType: {
      c10::List<c10::IValue> list(c10::NumberType::get());
      uint32_t length = 0;
      check(napi_get_array_length(env, value, &length), what);
      for (uint32_t i = 0; i < length; ++i) {
        napi_value v;
        check(napi_get_element(env, value, i, &v), what);
        list.push_back(c10::IValue(toScalar(env, v, what)));
      }
      return c10::IValue(list);
    }
    case c10::TypeKind::OptionalType:
      return toList<c10::optional<at::Tensor>>(env, value, 1, what, [&](napi_value v) {
        return isNullish(env, v) ? c10::optional<at::Tensor>() : c10::optional<at::Tensor>(tensorArgument(env, v, what));
      });
    default:
      throw std::runtime_error(std::string(what) + ": lists of this type are not bound");
  }
}

c10::IValue toIValue(napi_env env, napi_value value, const c10::TypePtr& type, int32_t repeat, const char* what) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType:
      return tensorArgument(env, value, what);
    case c10::TypeKind::OptionalType:
      if (isNullish(env, value)) return c10::IValue();
      return toIValue(env, value, type->castRaw<c10::OptionalType>()->getElementType(), repeat, what);
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      return toIntOrEnum(env, value, what);
    case c10::TypeKind::FloatType:
      return toDouble(env, value, what);
    case c10::TypeKind::NumberType:
      return toScalar(env, value, what);
    case c10::TypeKind::BoolType:
      return toBool(env, value, what);
    case c10::TypeKind::StringType:
      return toString(env, value, what);
    case c10::TypeKind::DeviceObjType:
      return c10::Device(toString(env, value, what));
    case c10::TypeKind::ListType:
      return toListValue(env, value, type->castRaw<c10::ListType>()->getElementType(), repeat, what);
    default:
      throw std::runtime_error(std::string(what) + ": arguments of this type are not bound");
  }
}

void pushArgument(napi_env env, c10::Stack& stack, const c10::FunctionSchema& schema, const c10::Argument& argument,
                  napi_value value) {
  if (typeOf(env, value) == napi_undefined) {
    if (argument.default_value().has_value()) {
      stack.push_back(*argument.default_value());
      return;
    }
    if (argument.type()->kind() != c10::TypeKind::OptionalType) {
      throw std::runtime_error(argumentName(schema, argument) + " is required, got undefined");
    }
  }
  try {
    stack.push_back(toIValue(env, value, argument.type(), argument.N().value_or(1), argument.name().c_str()));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(schema.name() + ": " + error.what());
  }
}

napi_value fromIValue(napi_env env, const c10::IValue& value) {
  if (value.isTensor()) return newHandle(env, value.toTensor());
  if (value.isTensorList()) return handleArray(env, value.toTensorVector());
  if (value.isInt()) return fromInt64(env, value.toInt());
  if (value.isDouble()) return fromDouble(env, value.toDouble());
  if (value.isBool()) return fromBool(env, value.toBool());
  if (value.isScalar()) return fromDouble(env, value.toScalar().toDouble());
  throw std::runtime_error("results of type " + value.tagKind() + " are not bound");
}

// resolve(name, overload) → operator id
napi_value resolve(napi_env env, Arguments& args) {
  const std::string name = toString(env, args[0], "name");
  const std::string overload = toString(env, args[1], "overload");
  const auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!handle.has_value()) {
    throw std::runtime_error("this LibTorch (" TORCH_VERSION_STRING ") has no operator " + name +
                             (overload.empty() ? "" : "." + overload));
  }
  const auto& returns = handle->schema().returns();
  bool inPlace = !returns.empty();
  for (const auto& result : returns) {
    inPlace = inPlace && result.alias_info() != nullptr && result.alias_info()->isWrite();
  }
  auto& operators = environmentOf(env).operators;
  operators.push_back({*handle, inPlace});
  return fromUint32(env, static_cast<uint32_t>(operators.size() - 1));
}

// call(operator id, ...arguments) → handle | number | boolean | array of these | undefined
napi_value call(napi_env env, Arguments& args) {
  const uint32_t id = toUint32(env, args[0], "operator");
  const Operator& op = environmentOf(env).operators.at(id);
  const c10::FunctionSchema& schema = op.handle.schema();
  const auto& parameters = schema.arguments();
  if (args.count - 1 > parameters.size()) {
    throw std::runtime_error(schema.name() + " takes " + std::to_string(parameters.size()) + " arguments, got " +
                             std::to_string(args.count - 1));
  }
  napi_value undefined = nullptr;
  check(napi_get_undefined(env, &undefined), "napi_get_undefined");
  c10::Stack stack;
  stack.reserve(parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    pushArgument(env, stack, schema, parameters[i], i + 1 < args.count ? args.values[i + 1] : undefined);
  }
  try {
    op.handle.callBoxed(&stack);
  } catch (const c10::Error& error) {
    throw std::runtime_error(schema.name() + ": " + error.what_without_backtrace());
  }
  if (op.returnsItsArgument || stack.empty()) return undefined;
  if (stack.size() == 1) return fromIValue(env, stack[0]);
  napi_value result;
  check(napi_create_array_with_length(env, stack.size(), &result), "napi_create_array");
  for (size_t i = 0; i < stack.size(); ++i) {
    check(napi_set_element(env, result, static_cast<uint32_t>(i), fromIValue(env, stack[i])), "napi_set_element");
  }
  return result;
}

// schema(name, overload) → the schema as PyTorch prints it, with defaults, or null; read by the code generator
napi_value schemaText(napi_env env, Arguments& args) {
  const auto handle =
      c10::Dispatcher::singleton().findSchema({toString(env, args[0], "name"), toString(env, args[1], "overload")});
  if (!handle.has_value()) {
    napi_value null;
    check(napi_get_null(env, &null), "napi_get_null");
    return null;
  }
  std::ostringstream text;
  text << handle->schema();
  return fromString(env, text.str());
}

}  // namespace

void defineDispatch(napi_env env, napi_value exports) {
  define<resolve>(env, exports, "resolve");
  define<call>(env, exports, "call");
  define<schemaText>(env, exports, "schemaText");
}

}  // namespace xclr
