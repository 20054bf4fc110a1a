//! Rows as COPY takes them in its binary format.

pub struct Rows(pub Vec<u8>);

impl Rows {
    pub fn start(header: bool) -> Self {
        let mut bytes = Vec::with_capacity(1 << 20);
        if header {
            bytes.extend_from_slice(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
        }
        Self(bytes)
    }

    pub fn row(&mut self, columns: usize) {
        self.0.extend_from_slice(&(columns as i16).to_be_bytes());
    }

    pub fn end(&mut self) {
        self.0.extend_from_slice(&(-1_i16).to_be_bytes());
    }

    pub fn null(&mut self) {
        self.int(-1);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.int(bytes.len() as i32);
        self.0.extend_from_slice(bytes);
    }

    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub fn maybe_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    pub fn number(&mut self, number: i32) {
        self.bytes(&number.to_be_bytes());
    }

    pub fn small(&mut self, number: i16) {
        self.bytes(&number.to_be_bytes());
    }

    pub fn truth(&mut self, truth: bool) {
        self.bytes(&[u8::from(truth)]);
    }

    /// A time in milliseconds since 1970.
    pub fn time(&mut self, millis: Option<i64>) {
        match millis {
            Some(millis) => self.bytes(&((millis - 946_684_800_000) * 1000).to_be_bytes()),
            None => self.null(),
        }
    }

    pub fn jsonb(&mut self, json: &str) {
        self.int(json.len() as i32 + 1);
        self.0.push(1);
        self.0.extend_from_slice(json.as_bytes());
    }

    /// text[] (25) or uuid[] (2950).
    pub fn array<T: AsRef<[u8]>>(&mut self, of: i32, items: &[T]) {
        let size: usize = items.iter().map(|item| 4 + item.as_ref().len()).sum();
        if items.is_empty() {
            self.int(12);
            [0, 0, of].into_iter().for_each(|number| self.int(number));
            return;
        }
        self.int(20 + size as i32);
        [1, 0, of, items.len() as i32, 1].into_iter().for_each(|number| self.int(number));
        for item in items {
            self.bytes(item.as_ref());
        }
    }

    /// A tsvector: lexemes in order, each with its places (weight in the two highest bits).
    pub fn vector<'a>(&mut self, lexemes: impl Iterator<Item = (&'a str, &'a [u16])>) {
        let start = self.0.len();
        self.int(0);
        self.int(0);
        let mut count = 0;
        for (lexeme, places) in lexemes {
            count += 1;
            self.0.extend_from_slice(lexeme.as_bytes());
            self.0.push(0);
            self.0.extend_from_slice(&(places.len() as u16).to_be_bytes());
            for place in places {
                self.0.extend_from_slice(&place.to_be_bytes());
            }
        }
        let size = (self.0.len() - start - 4) as i32;
        self.0[start..start + 4].copy_from_slice(&size.to_be_bytes());
        self.0[start + 4..start + 8].copy_from_slice(&i32::to_be_bytes(count));
    }

    fn int(&mut self, number: i32) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }
}
