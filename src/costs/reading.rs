//! Catalogue files of this floor as rows of named cells.

use super::CostError;

/// A file of comma-separated values with a heading.
pub(super) struct Rows {
    file: String,
    heading: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

/// One row of a [`Rows`].
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    rows: &'a Rows,
    line: u64,
    cells: &'a [String],
}

impl Rows {
    /// Read a file; every one of `columns`, `source` and `verified` must be in its first line.
    pub(super) fn read(text: &str, file: &str, columns: &[&str]) -> Result<Self, CostError> {
        let broken = |line, detail: String| CostError::Catalogue { file: file.to_owned(), line, detail };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let heading: Vec<String> = match reader.headers() {
            Ok(record) => record.iter().map(|cell| cell.trim().to_owned()).collect(),
            Err(_) => return Err(broken(1, "the first line does not read; it must name the columns".to_owned())),
        };
        for column in columns.iter().chain(&["source", "verified"]) {
            if !heading.iter().any(|h| h == column) {
                return Err(broken(1, format!("there is no column `{column}`; the first line must name it")));
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| {
                let line = e.position().map_or(1, csv::Position::line);
                broken(line, "not as many cells as the first line; put text with commas in double quotes".to_owned())
            })?;
            let line = record.position().map_or(1, csv::Position::line);
            rows.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
        }
        let read = Self { file: file.to_owned(), heading, rows };
        read.iter().try_for_each(|row| row.name("source").and(row.name("verified")).map(|_| ()))?;
        Ok(read)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { rows: self, line: *line, cells })
    }
}

impl Row<'_> {
    /// The refusal of this row.
    pub(super) fn refuse(&self, detail: String) -> CostError {
        CostError::Catalogue { file: self.rows.file.clone(), line: self.line, detail }
    }

    /// The text of a cell, which may be empty.
    pub(super) fn text(&self, column: &str) -> &str {
        let place = self.rows.heading.iter().position(|h| h == column);
        place.and_then(|k| self.cells.get(k)).map_or("", String::as_str)
    }

    /// The text of a cell that must not be empty.
    pub(super) fn name(&self, column: &str) -> Result<&str, CostError> {
        match self.text(column) {
            "" => Err(self.refuse(format!("column `{column}` is empty; write a value, every row needs one"))),
            text => Ok(text),
        }
    }

    /// A positive number, or nothing for an empty cell.
    pub(super) fn known(&self, column: &str) -> Result<Option<f64>, CostError> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() && value > 0.0 => Ok(Some(value)),
            _ => {
                Err(self.refuse(format!("column `{column}`: \"{text}\" is not a positive number; write digits alone")))
            }
        }
    }

    /// A positive number that must be there.
    pub(super) fn number(&self, column: &str) -> Result<f64, CostError> {
        self.name(column)?;
        self.known(column)?.ok_or_else(|| self.refuse(format!("column `{column}` is empty")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let rows = match Rows::read(text, "mine.csv", &["what", "factor"]) {
            Ok(rows) => rows,
            Err(error) => return error.to_string(),
        };
        rows.iter().find_map(|row| row.number("factor").err()).expect("a refusal").to_string()
    }

    #[test]
    fn refuses_a_bad_file_with_its_line_and_cure() {
        assert_eq!(
            refusal("what,source,verified\n"),
            "mine.csv:1: there is no column `factor`; the first line must name it"
        );
        assert_eq!(
            refusal("what,factor,source,verified\na,2,here\n"),
            "mine.csv:2: not as many cells as the first line; put text with commas in double quotes"
        );
        assert_eq!(
            refusal("what,factor,source,verified\na,2,,read\n"),
            "mine.csv:2: column `source` is empty; write a value, every row needs one"
        );
        assert_eq!(
            refusal("what,factor,source,verified\na,2,here,read\nb,x2,here,read\n"),
            "mine.csv:3: column `factor`: \"x2\" is not a positive number; write digits alone"
        );
        assert_eq!(
            refusal("what,factor,source,verified\na,,here,read\n"),
            "mine.csv:2: column `factor` is empty; write a value, every row needs one"
        );
    }
}
