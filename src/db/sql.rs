//! Statements written as SQL where a query builder would hide what is asked: text and typed binds,
//! read into rows like any other Diesel query, and kept prepared by their text.
//!
//! What is pushed as text is ours, never a caller's: values go through [`Sql::bind`].

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Float, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use std::borrow::Cow;
use std::marker::PhantomData;
use uuid::Uuid;

/// A value with the type PostgreSQL reads it as.
#[derive(Clone, Debug)]
pub enum Bind {
    /// `uuid`
    Uuid(Uuid),
    /// `uuid[]`
    Uuids(Vec<Uuid>),
    /// `text`
    Text(String),
    /// `text[]`
    Texts(Vec<String>),
    /// `timestamptz`
    Time(DateTime<Utc>),
    /// `int8`
    Int(i64),
    /// `int8[]`
    Ints(Vec<i64>),
    /// `int2`
    Small(i16),
    /// `float4`
    Real(f32),
    /// `bool`
    Bool(bool),
}

enum Part {
    Text(Cow<'static, str>),
    Bind(Bind),
    Fragment(Box<dyn QueryFragment<Pg> + Send + Sync>),
}

/// A statement whose rows have the SQL type `ST`.
pub struct Sql<ST> {
    parts: Vec<Part>,
    prepared: bool,
    rows: PhantomData<fn() -> ST>,
}

impl<ST> Sql<ST> {
    /// Begins a statement.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { parts: vec![Part::Text(text.into())], prepared: true, rows: PhantomData }
    }

    /// Goes on.
    pub fn push(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Goes on with a value.
    pub fn bind(mut self, bind: Bind) -> Self {
        self.parts.push(Part::Bind(bind));
        self
    }

    /// Goes on with the columns that a row type reads.
    pub fn columns<T: Selectable<Pg>>(mut self) -> Self
    where
        T::SelectExpression: QueryFragment<Pg> + Send + Sync + 'static,
    {
        self.parts.push(Part::Fragment(Box::new(T::construct_selection())));
        self
    }

    /// Goes on with what was put together elsewhere.
    pub fn piece(mut self, piece: Piece) -> Self {
        self.parts.extend(piece.0);
        self
    }

    /// Not to be kept prepared: one of too many forms.
    pub fn once(mut self, once: bool) -> Self {
        self.prepared &= !once;
        self
    }
}

/// A part of a statement.
#[derive(Default)]
pub struct Piece(Vec<Part>);

impl Piece {
    /// Begins a part.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Part::Text(text.into())])
    }

    /// Goes on.
    pub fn push(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Part::Text(text.into()));
        self
    }

    /// Goes on with a value.
    pub fn bind(mut self, bind: Bind) -> Self {
        self.0.push(Part::Bind(bind));
        self
    }

    /// Goes on with another part.
    pub fn piece(mut self, piece: Piece) -> Self {
        self.0.extend(piece.0);
        self
    }
}

/// Literal text as an expression of a query: unlike `diesel::dsl::sql`, it lets the statement be
/// kept prepared.
#[derive(Clone, Copy, Debug)]
pub struct Literal<ST>(&'static str, PhantomData<fn() -> ST>);

/// An expression in SQL.
pub const fn literal<ST>(text: &'static str) -> Literal<ST> {
    Literal(text, PhantomData)
}

impl Bind {
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Bind::Uuid(value) => out.push_bind_param::<SqlUuid, _>(value),
            Bind::Uuids(value) => out.push_bind_param::<Array<SqlUuid>, _>(value),
            Bind::Text(value) => out.push_bind_param::<Text, _>(value),
            Bind::Texts(value) => out.push_bind_param::<Array<Text>, _>(value),
            Bind::Time(value) => out.push_bind_param::<Timestamptz, _>(value),
            Bind::Int(value) => out.push_bind_param::<BigInt, _>(value),
            Bind::Ints(value) => out.push_bind_param::<Array<BigInt>, _>(value),
            Bind::Small(value) => out.push_bind_param::<SmallInt, _>(value),
            Bind::Real(value) => out.push_bind_param::<Float, _>(value),
            Bind::Bool(value) => out.push_bind_param::<Bool, _>(value),
        }
    }
}

impl<ST> QueryFragment<Pg> for Sql<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.prepared {
            out.unsafe_to_cache_prepared();
        }
        self.parts.iter().try_for_each(|part| part.walk(&mut out))
    }
}

impl<ST> QueryId for Sql<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Sql<ST> {
    type SqlType = ST;
}

impl<ST> QueryFragment<Pg> for Literal<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl<ST> QueryId for Literal<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST: diesel::sql_types::SingleValue> Expression for Literal<ST> {
    type SqlType = ST;
}

impl<ST, QS> AppearsOnTable<QS> for Literal<ST> where Self: Expression {}
impl<ST, QS> SelectableExpression<QS> for Literal<ST> where Self: Expression {}
impl<ST, GB> diesel::expression::ValidGrouping<GB> for Literal<ST> {
    type IsAggregate = diesel::expression::is_aggregate::Never;
}

/// A part of a statement as an expression of a query builder.
pub struct Expr<ST>(Piece, PhantomData<fn() -> ST>);

/// An expression in SQL, with values.
pub fn expression<ST>(piece: Piece) -> Expr<ST> {
    Expr(piece, PhantomData)
}

impl Part {
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Part::Text(text) => out.push_sql(text),
            Part::Bind(bind) => bind.walk(out)?,
            Part::Fragment(fragment) => fragment.walk_ast(out.reborrow())?,
        }
        Ok(())
    }
}

impl<ST> QueryFragment<Pg> for Expr<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.0.iter().try_for_each(|part| part.walk(&mut out))
    }
}

impl<ST> QueryId for Expr<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST: diesel::sql_types::SingleValue> Expression for Expr<ST> {
    type SqlType = ST;
}

impl<ST, QS> AppearsOnTable<QS> for Expr<ST> where Self: Expression {}
impl<ST, QS> SelectableExpression<QS> for Expr<ST> where Self: Expression {}
impl<ST, GB> diesel::expression::ValidGrouping<GB> for Expr<ST> {
    type IsAggregate = diesel::expression::is_aggregate::Never;
}

/// A condition on names that hold these characters, whatever their case.
pub fn named_like(name: &str) -> Expr<Bool> {
    let name = Bind::Text(name.to_owned());
    expression(Piece::new("position(lower(").bind(name).push(") IN lower(name)) > 0"))
}
