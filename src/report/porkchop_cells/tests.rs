//! Files of cells: what is read back is what was solved, in bands or whole.

use super::*;
use crate::bodies::{EARTH, MARS};
use crate::time::Window;
use crate::transfers::porkchop::{GridSize, porkchop, porkchop_in_bands};
use std::io::{Cursor, Read};

fn request() -> PorkchopRequest {
    let window = |text| Window::parse(text).expect("a window");
    let mut request =
        PorkchopRequest::new(EARTH, MARS, window("2033-03-01..2033-06-30"), window("2033-04-01..2035-01-31"));
    request.size = GridSize { depart: 21, arrive: 34 };
    request.max_revs = 1;
    request.limits.max_c3_km2_s2 = Some(30.0);
    request
}

/// The file as bands of some rows make it, and the whole porkchop.
fn written(format: CellFormat, rows: usize) -> (Vec<u8>, Porkchop) {
    let (ephemerides, request) = (Ephemerides::embedded().expect("kernels"), request());
    let mut writer = CellWriter::new(Cursor::new(Vec::new()), format, &request, ephemerides).expect("a head");
    let whole = porkchop_in_bands(ephemerides, &request, rows, |band| writer.band(band)).expect("bands");
    let bytes = writer.finish(&whole).expect("an end").into_inner();
    let solved = porkchop(ephemerides, &request).expect("a porkchop");
    assert_eq!((whole.counts, &whole.minima), (solved.counts, &solved.minima), "bands find what the whole finds");
    (bytes, solved)
}

#[test]
fn law_the_size_of_the_bands_does_not_show() {
    for format in [CellFormat::Json, CellFormat::Npz] {
        assert_eq!(written(format, 1).0, written(format, 34).0, "{format:?}");
    }
}

#[test]
fn law_csv_says_every_cell_and_where_it_comes_from() {
    let (bytes, solved) = written(CellFormat::Csv, 34);
    let text = String::from_utf8(bytes).expect("text");
    for line in ["# from = Earth", "# to = Mars", "# size = 21 x 34", "# max_c3_km2_s2 = 30.0", "# kernel = de440"] {
        assert!(text.lines().any(|l| l.starts_with(line)), "{line}: {}", &text[..900]);
    }
    let mut lines = text.lines().filter(|l| !l.starts_with('#'));
    let head: Vec<&str> = lines.next().expect("a head").split(',').collect();
    assert_eq!((head[5], head[head.len() - 1]), ("c3_km2_s2", "status"));
    for (k, line) in lines.enumerate() {
        let (l, k) = (k / solved.cells(), k % solved.cells());
        let parts: Vec<&str> = line.split(',').collect();
        assert_eq!((parts.len(), parts[parts.len() - 1]), (head.len(), solved.layers[l].status(k).word()));
        let wanted = solved.numbers(l, k).map(|cell| columns(&cell));
        let got: Vec<f64> = parts[5..14].iter().filter_map(|p| p.parse().ok()).collect();
        assert_eq!(got, wanted.map_or(Vec::new(), |w| w.to_vec()), "the shortest digits bring the bits back");
    }
}

#[test]
fn law_json_says_every_cell() {
    let (bytes, solved) = written(CellFormat::Json, 7);
    let object: Value = serde_json::from_slice(&bytes).expect("one object");
    assert_eq!(object["about"]["to"], json!("Mars"));
    assert_eq!(object["cells"]["masked"], json!(solved.counts.masked));
    for k in 0..solved.cells() {
        let row = &object["rows"][k / 21];
        for l in 0..3 {
            let cell = &row["layers"][l];
            let wanted = solved.numbers(l, k).map(|c| c.dla_deg);
            assert_eq!(cell["dla_deg"][k % 21].as_f64(), wanted);
            assert_eq!(cell["status"][k % 21], json!(solved.layers[l].status(k).word()));
        }
    }
}

#[test]
fn law_npz_holds_the_bits() {
    let (bytes, solved) = written(CellFormat::Npz, 5);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    assert_eq!(archive.len(), 3 + 3 * 10);
    let mut array = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(&format!("{name}.npy")).expect("an array").read_to_end(&mut bytes).expect("bytes");
        let head = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        assert_eq!((&bytes[..8], head % 64), (&b"\x93NUMPY\x01\x00"[..], 0));
        let said = String::from_utf8(bytes[10..head].to_vec()).expect("text");
        (said, bytes[head..].to_vec())
    };
    let (said, data) = array("v_inf_arr_km_s_1_high");
    assert!(said.contains("'descr': '<f8'") && said.contains("'shape': (34, 21)"), "{said}");
    let numbers: Vec<f64> = data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight"))).collect();
    for (k, number) in numbers.iter().enumerate() {
        let wanted = solved.numbers(2, k).map_or(f64::NAN, |c| c.v_inf_arr_km_s);
        assert_eq!(number.to_bits(), wanted.to_bits());
    }
    let (_, states) = array("status_0_single");
    assert_eq!(states.iter().filter(|s| **s == 1).count(), {
        (0..solved.cells()).filter(|k| solved.layers[0].status(*k).word() == "masked").count()
    });
    assert!(array("about").0.contains("'shape': ()") && array("depart_tdb_s").1.len() == 21 * 8);
}

#[cfg(feature = "parquet")]
#[test]
fn law_parquet_holds_the_bits_and_the_units() {
    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use arrow::array::{Array, Float64Array};
    let (bytes, solved) = written(CellFormat::Parquet, 34);
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("a file");
    let unit = builder.schema().field_with_name("c3_km2_s2").expect("a column").metadata()["unit"].clone();
    assert_eq!(unit, "km2/s2");
    let mut k = 0;
    for batch in builder.build().expect("a reader") {
        let batch = batch.expect("a batch");
        let c3 = batch.column_by_name("c3_km2_s2").expect("a column").clone();
        let c3 = c3.as_any().downcast_ref::<Float64Array>().expect("doubles").clone();
        for row in 0..batch.num_rows() {
            let wanted = solved.numbers(k / solved.cells(), k % solved.cells()).map(|c| c.c3_km2_s2);
            assert_eq!((!c3.is_null(row)).then(|| c3.value(row)), wanted);
            k += 1;
        }
    }
    assert_eq!(k, 3 * solved.cells());
}
