// projections[pair, head] = differences[pair] · directions[head], by quads: four neighbouring lanes own a tile of
// 16 pairs × 4·heads_per_lane heads. Each lane loads 4 pairs and its own heads_per_lane directions; the other lanes'
// directions come by quadSwap, which costs a tenth of a load. Shapes stand in marginProduct.cpu.ts.
enable subgroups;

struct Sizes { pairs: u32, dimension: u32, heads: u32 }

override workgroup_size: u32 = 64;
// 1 … 5. Branches on it are settled when the pipeline is compiled.
override heads_per_lane: u32 = 4;

@group(0) @binding(0) var<storage, read> differences: array<vec4f>;
@group(0) @binding(1) var<storage, read> directions: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> projections: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

// Four rows against one direction.
fn dots(a: vec4f, b: vec4f, c: vec4f, d: vec4f, direction: vec4f) -> vec4f {
  return vec4f(dot(a, direction), dot(b, direction), dot(c, direction), dot(d, direction));
}

fn store(row: u32, head: u32, value: vec4f) {
  if (head >= sizes.heads) { return; }
  for (var k = 0u; k < 4u; k++) {
    if (row + k < sizes.pairs) {
      projections[(row + k) * sizes.heads + head] = value[k];
    }
  }
}

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % 4u;
  let tile = (group.x + group.y * groups.x) * (workgroup_size / 4u) + local / 4u;
  let tile_width = heads_per_lane * 4u;
  let head_tiles = (sizes.heads + tile_width - 1u) / tile_width;
  let row = (tile / head_tiles) * 16u + lane * 4u;
  let tile_head = (tile % head_tiles) * tile_width;
  let head = tile_head + lane * heads_per_lane;

  // Lanes beyond the edge compute on the last row or direction and store nothing: quad operations need all four.
  let stride = sizes.dimension / 4u;
  let last_row = sizes.pairs - 1u;
  let last_head = sizes.heads - 1u;
  let row0 = min(row, last_row) * stride;
  let row1 = min(row + 1u, last_row) * stride;
  let row2 = min(row + 2u, last_row) * stride;
  let row3 = min(row + 3u, last_row) * stride;
  let head0 = min(head, last_head) * stride;
  let head1 = min(head + 1u, last_head) * stride;
  let head2 = min(head + 2u, last_head) * stride;
  let head3 = min(head + 3u, last_head) * stride;
  let head4 = min(head + 4u, last_head) * stride;

  // Own directions, then those of the lane across X, across Y and across the diagonal.
  var o0 = vec4f(); var o1 = vec4f(); var o2 = vec4f(); var o3 = vec4f(); var o4 = vec4f();
  var x0 = vec4f(); var x1 = vec4f(); var x2 = vec4f(); var x3 = vec4f(); var x4 = vec4f();
  var y0 = vec4f(); var y1 = vec4f(); var y2 = vec4f(); var y3 = vec4f(); var y4 = vec4f();
  var z0 = vec4f(); var z1 = vec4f(); var z2 = vec4f(); var z3 = vec4f(); var z4 = vec4f();
  for (var k = 0u; k < stride; k++) {
    let a = differences[row0 + k];
    let b = differences[row1 + k];
    let c = differences[row2 + k];
    let d = differences[row3 + k];
    let d0 = directions[head0 + k];
    o0 += dots(a, b, c, d, d0);
    x0 += dots(a, b, c, d, quadSwapX(d0));
    y0 += dots(a, b, c, d, quadSwapY(d0));
    z0 += dots(a, b, c, d, quadSwapDiagonal(d0));
    if (heads_per_lane > 1u) {
      let d1 = directions[head1 + k];
      o1 += dots(a, b, c, d, d1);
      x1 += dots(a, b, c, d, quadSwapX(d1));
      y1 += dots(a, b, c, d, quadSwapY(d1));
      z1 += dots(a, b, c, d, quadSwapDiagonal(d1));
    }
    if (heads_per_lane > 2u) {
      let d2 = directions[head2 + k];
      o2 += dots(a, b, c, d, d2);
      x2 += dots(a, b, c, d, quadSwapX(d2));
      y2 += dots(a, b, c, d, quadSwapY(d2));
      z2 += dots(a, b, c, d, quadSwapDiagonal(d2));
    }
    if (heads_per_lane > 3u) {
      let d3 = directions[head3 + k];
      o3 += dots(a, b, c, d, d3);
      x3 += dots(a, b, c, d, quadSwapX(d3));
      y3 += dots(a, b, c, d, quadSwapY(d3));
      z3 += dots(a, b, c, d, quadSwapDiagonal(d3));
    }
    if (heads_per_lane > 4u) {
      let d4 = directions[head4 + k];
      o4 += dots(a, b, c, d, d4);
      x4 += dots(a, b, c, d, quadSwapX(d4));
      y4 += dots(a, b, c, d, quadSwapY(d4));
      z4 += dots(a, b, c, d, quadSwapDiagonal(d4));
    }
  }

  let own = tile_head + lane * heads_per_lane;
  let across_x = tile_head + (lane ^ 1u) * heads_per_lane;
  let across_y = tile_head + (lane ^ 2u) * heads_per_lane;
  let across_z = tile_head + (lane ^ 3u) * heads_per_lane;
  store(row, own, o0); store(row, across_x, x0); store(row, across_y, y0); store(row, across_z, z0);
  if (heads_per_lane > 1u) {
    store(row, own + 1u, o1); store(row, across_x + 1u, x1);
    store(row, across_y + 1u, y1); store(row, across_z + 1u, z1);
  }
  if (heads_per_lane > 2u) {
    store(row, own + 2u, o2); store(row, across_x + 2u, x2);
    store(row, across_y + 2u, y2); store(row, across_z + 2u, z2);
  }
  if (heads_per_lane > 3u) {
    store(row, own + 3u, o3); store(row, across_x + 3u, x3);
    store(row, across_y + 3u, y3); store(row, across_z + 3u, z3);
  }
  if (heads_per_lane > 4u) {
    store(row, own + 4u, o4); store(row, across_x + 4u, x4);
    store(row, across_y + 4u, y4); store(row, across_z + 4u, z4);
  }
}
