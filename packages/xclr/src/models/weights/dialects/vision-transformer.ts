// Names of a vision transformer's tensors elsewhere. Ours are timm's, which DeiT, DINO, MAE and MoCo v3 use too.
import { type Dialect, renamed, sameNames } from './dialect.js';

/** @param inner names of the perceptron's two layers, which torchvision changed in 0.12 */
function torchvision(name: string, [first, second]: readonly [string, string]): Dialect {
  return {
    name,
    anchor: 'conv_proj.weight',
    sources: renamed([
      [/^cls_token$/, 'class_token'],
      [/^pos_embed$/, 'encoder.pos_embedding'],
      [/^patch_embed\.proj\.(.+)$/, 'conv_proj.$1'],
      [/^blocks\.(\d+)\.norm([12])\.(.+)$/, 'encoder.layers.encoder_layer_$1.ln_$2.$3'],
      [/^blocks\.(\d+)\.attn\.qkv\.(.+)$/, 'encoder.layers.encoder_layer_$1.self_attention.in_proj_$2'],
      [/^blocks\.(\d+)\.attn\.proj\.(.+)$/, 'encoder.layers.encoder_layer_$1.self_attention.out_proj.$2'],
      [/^blocks\.(\d+)\.mlp\.fc1\.(.+)$/, `encoder.layers.encoder_layer_$1.mlp.${first}.$2`],
      [/^blocks\.(\d+)\.mlp\.fc2\.(.+)$/, `encoder.layers.encoder_layer_$1.mlp.${second}.$2`],
      [/^norm\.(.+)$/, 'encoder.ln.$1'],
      [/^head\.(.+)$/, 'heads.head.$1'],
    ]),
  };
}

const huggingFaceNames = renamed([
  [/^cls_token$/, 'embeddings.cls_token'],
  [/^pos_embed$/, 'embeddings.position_embeddings'],
  [/^patch_embed\.proj\.(.+)$/, 'embeddings.patch_embeddings.projection.$1'],
  [/^blocks\.(\d+)\.norm1\.(.+)$/, 'encoder.layer.$1.layernorm_before.$2'],
  [/^blocks\.(\d+)\.norm2\.(.+)$/, 'encoder.layer.$1.layernorm_after.$2'],
  [/^blocks\.(\d+)\.attn\.proj\.(.+)$/, 'encoder.layer.$1.attention.output.dense.$2'],
  [/^blocks\.(\d+)\.mlp\.fc1\.(.+)$/, 'encoder.layer.$1.intermediate.dense.$2'],
  [/^blocks\.(\d+)\.mlp\.fc2\.(.+)$/, 'encoder.layer.$1.output.dense.$2'],
  [/^norm\.(.+)$/, 'layernorm.$1'],
]);

/** ViTModel of Hugging Face's transformers, which keeps queries, keys and values apart. */
const huggingFace: Dialect = {
  name: "Hugging Face's transformers",
  anchor: 'embeddings.cls_token',
  sources: (ours) => {
    const match = /^blocks\.(\d+)\.attn\.qkv\.(.+)$/.exec(ours);
    if (match === null) return huggingFaceNames(ours);
    return ['query', 'key', 'value'].map(
      (part) => `encoder.layer.${match[1]}.attention.attention.${part}.${match[2]}`,
    );
  },
};

export const visionTransformerDialects: readonly Dialect[] = [
  sameNames('timm', 'cls_token'),
  torchvision('torchvision', ['0', '3']),
  torchvision('torchvision before 0.12', ['linear_1', 'linear_2']),
  huggingFace,
];
