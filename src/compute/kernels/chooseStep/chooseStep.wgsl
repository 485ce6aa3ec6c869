// The best of the tried steps of one head by one workgroup. Formulas and shapes stand in chooseStep.cpu.ts.

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

@group(0) @binding(0) var<storage, read> line_sums_in: array<f32>;
@group(0) @binding(1) var<storage, read> directions: array<f32>;
@group(0) @binding(2) var<storage, read_write> scalars: array<Head>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> taken: f32;

@compute @workgroup_size(workgroup_size)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let head = group.x;
  if (local == 0u) {
    var loss = 0.0;
    var held_out = 0.0;
    var gains = vec4f();
    for (var begin = 0u; begin < sizes.pairs; begin += rows_per_chunk) {
      let at = (begin / rows_per_chunk * sizes.heads + head) * line_sums;
      loss += line_sums_in[at];
      gains += vec4f(line_sums_in[at + 1u], line_sums_in[at + 2u], line_sums_in[at + 3u], line_sums_in[at + 4u]);
      held_out += line_sums_in[at + 5u];
    }
    let tried = scalars[head].step * vec4f(1.0, 0.5, 0.25, 2.0);
    gains += scalars[head].lambda *
      (tried * scalars[head].weights_along + 0.5 * tried * tried * scalars[head].direction_square);
    var best = -scalars[head].roundoff / 8.0 * loss;
    var step = 0.0;
    for (var k = 0u; k < 4u; k++) {
      if (gains[k] < best) {
        best = gains[k];
        step = tried[k];
      }
    }
    scalars[head].loss = loss;
    scalars[head].held_out_loss = held_out;
    scalars[head].step = step;
    scalars[head].stalled = select(0.0, scalars[head].stalled + 1.0, step == 0.0);
    scalars[head].iteration += 1.0;
    taken = step;
  }
  let step = workgroupUniformLoad(&taken);
  let own = head * sizes.dimension;
  for (var i = local; i < sizes.dimension; i += workgroup_size) {
    weights[own + i] += step * directions[own + i];
  }
}
