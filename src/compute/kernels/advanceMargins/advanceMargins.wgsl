// Margins after the step, and residuals there; one element an invocation. Formulas and shapes stand in
// advanceMargins.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32 }
struct Head {
  lambda: f32, slope: f32, direction_square: f32, weights_along: f32,
  gradient_square: f32, first_gradient_square: f32, step: f32, loss: f32, held_out_loss: f32,
  stalled: f32, iteration: f32, roundoff: f32, data_curvature: f32,
  inverse_curvature: array<f32, 5>,
}

override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> row_weights: array<f32>;
@group(0) @binding(1) var<storage, read> projections: array<f32>;
@group(0) @binding(2) var<storage, read> scalars: array<Head>;
@group(0) @binding(3) var<storage, read_write> margins: array<f32>;
@group(0) @binding(4) var<storage, read_write> residuals: array<f32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.x + group.y * groups.x) * workgroup_size + local;
  if (i >= sizes.pairs * sizes.heads) { return; }
  let margin = margins[i] + scalars[i % sizes.heads].step * projections[i];
  margins[i] = margin;
  // exp overflows float32 beyond 88.
  residuals[i] = row_weights[i] / (1.0 + exp(clamp(margin, -80.0, 80.0)));
}
