// Newton's step length along the direction, one head an invocation. Formula and shapes stand in newtonStep.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32 }
struct Head {
  lambda: f32, slope: f32, direction_square: f32, weights_along: f32,
  gradient_square: f32, first_gradient_square: f32, step: f32, loss: f32, held_out_loss: f32,
  stalled: f32, iteration: f32, roundoff: f32, data_curvature: f32,
  inverse_curvature: array<f32, 5>,
}

override workgroup_size: u32 = 64;
override rows_per_chunk: u32 = 64;

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> scalars: array<Head>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(workgroup_size)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let head = id.x;
  if (head >= sizes.heads) { return; }
  var curvature = scalars[head].lambda * scalars[head].direction_square;
  for (var begin = 0u; begin < sizes.pairs; begin += rows_per_chunk) {
    curvature += sums[begin / rows_per_chunk * sizes.heads + head];
  }
  let alive = scalars[head].stalled <= 1.0 && curvature > 0.0;
  scalars[head].step = select(0.0, -scalars[head].slope / curvature, alive);
}
