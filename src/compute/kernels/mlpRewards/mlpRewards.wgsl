// The reward of one text under one member an invocation. Formula and shapes stand in mlpRewards.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32, hidden: u32 }
struct Unit {
  output: f32, mean: f32, square: f32, mean_share: f32, square_share: f32, learning_rate: f32, weight_decay: f32,
}

override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> inputs: array<f32>;
@group(0) @binding(1) var<storage, read> units: array<Unit>;
@group(0) @binding(2) var<storage, read_write> rewards: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.x + group.y * groups.x) * workgroup_size + local;
  let members = sizes.heads / sizes.hidden;
  if (i >= sizes.pairs * members) { return; }
  let column = i % members * sizes.hidden;
  var reward = 0.0;
  for (var unit = 0u; unit < sizes.hidden; unit++) {
    // tanh overflows float32 on some adapters; beyond 10 it is 1 to the last bit.
    let value = tanh(clamp(inputs[i * sizes.hidden + unit], -10.0, 10.0));
    reward += units[column + unit].output * value;
  }
  rewards[i] = reward;
}
