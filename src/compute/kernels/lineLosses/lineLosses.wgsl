// Losses at the multiples of Newton's step, one chunk of pairs and one head an invocation. Shapes and formulas stand in
// lineLosses.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32 }
struct Head {
  lambda: f32, slope: f32, direction_square: f32, weights_along: f32,
  gradient_square: f32, first_gradient_square: f32, step: f32, loss: f32, held_out_loss: f32,
  stalled: f32, iteration: f32, roundoff: f32, data_curvature: f32,
  inverse_curvature: array<f32, 5>,
}

override workgroup_size: u32 = 64;
override rows_per_chunk: u32 = 64;
const line_sums = 6u;

@group(0) @binding(0) var<storage, read> row_weights: array<f32>;
@group(0) @binding(1) var<storage, read> margins: array<f32>;
@group(0) @binding(2) var<storage, read> projections: array<f32>;
@group(0) @binding(3) var<storage, read> scalars: array<Head>;
@group(0) @binding(4) var<storage, read_write> line_sums_out: array<f32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

fn softplus(x: f32) -> f32 { return max(x, 0.0) + log(1.0 + exp(-abs(x))); }

fn softplus4(x: vec4f) -> vec4f { return max(x, vec4f()) + log(1.0 + exp(-abs(x))); }

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (group.x + group.y * groups.x) * workgroup_size + local;
  let head = index % sizes.heads;
  let begin = index / sizes.heads * rows_per_chunk;
  if (begin >= sizes.pairs) { return; }
  let tried = scalars[head].step * vec4f(1.0, 0.5, 0.25, 2.0);
  var here_sum = 0.0;
  var gains = vec4f();
  var held_out = 0.0;
  for (var pair = begin; pair < min(begin + rows_per_chunk, sizes.pairs); pair++) {
    let i = pair * sizes.heads + head;
    let here = softplus(-margins[i]);
    let weight = row_weights[i];
    here_sum += weight * here;
    held_out += select(0.0, here, weight == 0.0);
    gains += weight * (softplus4(-(margins[i] + tried * projections[i])) - here);
  }
  let first = index * line_sums;
  line_sums_out[first] = here_sum;
  line_sums_out[first + 1u] = gains.x;
  line_sums_out[first + 2u] = gains.y;
  line_sums_out[first + 3u] = gains.z;
  line_sums_out[first + 4u] = gains.w;
  line_sums_out[first + 5u] = held_out;
}
