// Second derivative of the data loss along the direction, one chunk of pairs and one head an invocation. Shapes stand
// in lineCurvature.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32 }

override workgroup_size: u32 = 64;
override rows_per_chunk: u32 = 64;

@group(0) @binding(0) var<storage, read> row_weights: array<f32>;
@group(0) @binding(1) var<storage, read> margins: array<f32>;
@group(0) @binding(2) var<storage, read> projections: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

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
  var sum = 0.0;
  for (var pair = begin; pair < min(begin + rows_per_chunk, sizes.pairs); pair++) {
    let i = pair * sizes.heads + head;
    // exp overflows float32 beyond 88.
    let p = 1.0 / (1.0 + exp(clamp(-margins[i], -80.0, 80.0)));
    sum += row_weights[i] * p * (1.0 - p) * projections[i] * projections[i];
  }
  sums[index] = sum;
}
