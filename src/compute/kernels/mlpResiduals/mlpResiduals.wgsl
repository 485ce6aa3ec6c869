// Activations, slopes and residuals of one pair under one member an invocation. Formulas and shapes stand in
// mlpResiduals.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32, hidden: u32 }
struct Unit {
  output: f32, mean: f32, square: f32, mean_share: f32, square_share: f32, learning_rate: f32, weight_decay: f32,
}

override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read_write> activations: array<f32>;
@group(0) @binding(1) var<storage, read> units: array<Unit>;
@group(0) @binding(2) var<storage, read> order: array<f32>;
@group(0) @binding(3) var<storage, read> clock: array<f32>;
@group(0) @binding(4) var<storage, read> row_weights: array<f32>;
@group(0) @binding(5) var<storage, read> target_margins: array<f32>;
@group(0) @binding(6) var<storage, read_write> slopes: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> residuals: array<f32>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.x + group.y * groups.x) * workgroup_size + local;
  let members = sizes.heads / sizes.hidden;
  let places = sizes.pairs / 2u;
  let place = i / members;
  if (place >= places) { return; }
  let column = i % members * sizes.hidden;
  let chosen = place * 2u * sizes.heads + column;
  let rejected = chosen + sizes.heads;

  var margin = 0.0;
  for (var unit = 0u; unit < sizes.hidden; unit++) {
    // tanh overflows float32 on some adapters; beyond 10 it is 1 to the last bit.
    let inputs = vec2f(activations[chosen + unit], activations[rejected + unit]);
    let reached = tanh(clamp(inputs, vec2f(-10.0), vec2f(10.0)));
    activations[chosen + unit] = reached.x;
    activations[rejected + unit] = reached.y;
    margin += units[column + unit].output * (reached.x - reached.y);
  }

  var weight = 0.0;
  var slope = 0.0;
  let pair = order[u32(clock[0]) * places + place];
  if (pair >= 0.0) {
    weight = row_weights[u32(pair) * members + i % members];
    // exp overflows float32 beyond 88.
    slope = -weight / (1.0 + exp(clamp(margin - target_margins[u32(pair)], -80.0, 80.0)));
  }
  slopes[i] = vec2f(slope, weight);
  for (var unit = 0u; unit < sizes.hidden; unit++) {
    let outer = slope * units[column + unit].output;
    let reached = vec2f(activations[chosen + unit], activations[rejected + unit]);
    let inner = outer * (1.0 - reached * reached);
    residuals[chosen + unit] = inner.x;
    residuals[rejected + unit] = -inner.y;
  }
}
