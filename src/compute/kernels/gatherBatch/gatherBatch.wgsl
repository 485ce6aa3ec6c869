// The features of one batch, one row a workgroup. Shapes stand in gatherBatch.cpu.ts.

struct Sizes { pairs: u32, dimension: u32 }

override workgroup_size: u32 = 64;

@group(0) @binding(0) var<storage, read> features: array<vec4f>;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<f32>;
@group(0) @binding(3) var<storage, read> clock: array<f32>;
@group(0) @binding(4) var<storage, read_write> batch: array<vec4f>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= sizes.pairs) { return; }
  let stride = sizes.dimension / 4u;
  let begin = row * stride;
  let pair = order[u32(clock[0]) * (sizes.pairs / 2u) + row / 2u];
  if (pair < 0.0) {
    for (var k = local; k < stride; k += workgroup_size) { batch[begin + k] = vec4f(); }
    return;
  }
  let source = u32(rows[u32(pair) * 2u + row % 2u]) * stride;
  for (var k = local; k < stride; k += workgroup_size) { batch[begin + k] = features[source + k]; }
}
