//! Where a value was given: the line of a file or the flag, and the path of its key.

use std::borrow::Cow;
use std::fmt::Write;

use serde::Deserialize;

/// Something in a configuration that a problem can be about; [`Places`] knows where it is.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Place(u32);

/// What the user looks at to find a value.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Position {
    /// The file or the flags as a whole.
    Whole,
    /// A line and column of the file, from 1, in characters.
    Text { line: usize, column: usize },
    /// A flag, as messages name it.
    Flag(String),
}

/// How one value is reached from the one that holds it.
pub(super) enum Step {
    Key(Cow<'static, str>),
    Element(usize),
}

/// Every place that has been met, each with the one that holds it.
pub(super) struct Places(Vec<(Position, Option<(Place, Step)>)>);

impl Place {
    /// The configuration as a whole.
    pub(super) const ROOT: Self = Self(0);

    /// The place as it passes through serde, which knows numbers but not places.
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

impl Position {
    /// What problems are sorted by.
    fn order(&self) -> (usize, usize) {
        match self {
            Self::Whole | Self::Flag(_) => (0, 0),
            Self::Text { line, column } => (*line, *column),
        }
    }
}

impl Places {
    /// The places of a configuration whose root is there.
    pub(super) fn new(root: Position) -> Self {
        Self(vec![(root, None)])
    }

    /// A new place that is one step below another.
    pub(super) fn below(&mut self, parent: Place, step: Step, position: Position) -> Place {
        self.0.push((position, Some((parent, step))));
        Place(u32::try_from(self.0.len() - 1).expect("a file of 4 MiB has fewer values"))
    }

    /// What problems are sorted by.
    pub(super) fn order(&self, place: Place) -> (usize, usize) {
        self.at(place).0.order()
    }

    /// The place as users, editors and terminals understand it: `leveret.yaml:4:3: brokers[0].timeout` or a flag.
    pub(super) fn show(&self, name: &str, place: Place) -> String {
        match &self.at(place).0 {
            Position::Whole => name.to_owned(),
            Position::Flag(flag) => flag.clone(),
            Position::Text { line, column } => match self.path(place) {
                path if path.is_empty() => format!("{name}:{line}:{column}"),
                path => format!("{name}:{line}:{column}: `{path}`"),
            },
        }
    }

    /// The path of keys from the root, such as `brokers[0].prometheus.urls[1]`; empty for the root.
    pub(super) fn path(&self, place: Place) -> String {
        let mut steps = Vec::new();
        let mut next = &self.at(place).1;
        while let Some((parent, step)) = next {
            steps.push(step);
            next = &self.at(*parent).1;
        }
        let mut path = String::new();
        for step in steps.into_iter().rev() {
            match step {
                Step::Element(index) => write!(path, "[{index}]").expect("a string takes everything"),
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => write!(path, ".{key}").expect("a string takes everything"),
            }
        }
        path
    }

    fn at(&self, place: Place) -> &(Position, Option<(Place, Step)>) {
        &self.0[place.0 as usize]
    }
}
