// partials[split, head, feature] = Σ over the pairs of the split of residuals[pair, head] · differences[pair, feature].
// One invocation owns 8 heads × 4 features; for adapters without quad operations. Shapes stand in gradientProduct.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32 }

override workgroup_size: u32 = 64;
// Rows of pairs summed by one split.
override rows_per_split: u32 = 512;

@group(0) @binding(0) var<storage, read> differences: array<vec4f>;
@group(0) @binding(1) var<storage, read> residuals: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn store(split: u32, head: u32, feature: u32, value: vec4f) {
  if (head < sizes.heads) {
    partials[(split * sizes.heads + head) * (sizes.dimension / 4u) + feature] = value;
  }
}

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let stride = sizes.dimension / 4u;
  let splits = (sizes.pairs + rows_per_split - 1u) / rows_per_split;
  let head_tiles = (sizes.heads + 7u) / 8u;
  let tile = (group.x + group.y * groups.x) * workgroup_size + local;
  let feature = tile % stride;
  let head = (tile / stride) % head_tiles * 8u;
  let split = tile / (stride * head_tiles);
  if (split >= splits) { return; }

  let begin = min(split * rows_per_split, sizes.pairs);
  let end = min(begin + rows_per_split, sizes.pairs);
  let last_head = sizes.heads - 1u;
  let head1 = min(head + 1u, last_head);
  let head2 = min(head + 2u, last_head);
  let head3 = min(head + 3u, last_head);
  let head4 = min(head + 4u, last_head);
  let head5 = min(head + 5u, last_head);
  let head6 = min(head + 6u, last_head);
  let head7 = min(head + 7u, last_head);
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  var s4 = vec4f(); var s5 = vec4f(); var s6 = vec4f(); var s7 = vec4f();
  for (var r = begin; r < end; r++) {
    let row = differences[r * stride + feature];
    let base = r * sizes.heads;
    s0 += row * residuals[base + head];
    s1 += row * residuals[base + head1];
    s2 += row * residuals[base + head2];
    s3 += row * residuals[base + head3];
    s4 += row * residuals[base + head4];
    s5 += row * residuals[base + head5];
    s6 += row * residuals[base + head6];
    s7 += row * residuals[base + head7];
  }
  store(split, head, feature, s0);
  store(split, head + 1u, feature, s1);
  store(split, head + 2u, feature, s2);
  store(split, head + 3u, feature, s3);
  store(split, head + 4u, feature, s4);
  store(split, head + 5u, feature, s5);
  store(split, head + 6u, feature, s6);
  store(split, head + 7u, feature, s7);
}
