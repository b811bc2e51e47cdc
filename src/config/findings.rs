//! Problems as they are found, while a configuration is read and validated.

use super::flags;
use super::place::{Place, Places, Position, Step};
use super::problem::Problem;

/// How many problems of one configuration are reported; a file that is something else altogether has thousands.
const REPORTED_MAX: usize = 100;

/// Who wrote a configuration, which decides what its settings are called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    File,
    Flags,
}

/// What was found in one configuration, and where everything in it is.
pub(super) struct Findings {
    name: String,
    origin: Origin,
    places: Places,
    found: Vec<(Place, String, String)>,
    omitted: usize,
}

impl Findings {
    /// Nothing yet about a configuration that messages call `name`, whose root is there.
    pub(super) fn new(name: impl Into<String>, origin: Origin, root: Position) -> Self {
        Self { name: name.into(), origin, places: Places::new(root), found: Vec::new(), omitted: 0 }
    }

    /// Adds a problem: what is wrong there, and what to do. Neither may repeat a text that the user wrote as a value.
    pub(super) fn add(&mut self, place: Place, reason: impl Into<String>, advice: impl Into<String>) {
        if self.found.len() < REPORTED_MAX {
            self.found.push((place, reason.into(), advice.into()));
        } else {
            self.omitted += 1;
        }
    }

    /// A new place that is one step below another.
    pub(super) fn below(&mut self, parent: Place, step: Step, position: Position) -> Place {
        self.places.below(parent, step, position)
    }

    /// The path of keys to a place.
    pub(super) fn path(&self, place: Place) -> String {
        self.places.path(place)
    }

    /// A key of a broker in backticks, under the name that this user knows it by: the key, the flag or the variable.
    pub(super) fn key(&self, key: &'static str) -> String {
        match self.origin {
            Origin::File => format!("`{key}`"),
            Origin::Flags => format!("`{}`", flags::name(key)),
        }
    }

    /// The advice for who wrote the file or for who wrote the flags.
    pub(super) fn either(&self, file: &'static str, flags: &'static str) -> &'static str {
        match self.origin {
            Origin::File => file,
            Origin::Flags => flags,
        }
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The name of the configuration, the problems in its order, and how many more there are.
    pub(super) fn into_problems(mut self) -> (String, Vec<Problem>, usize) {
        self.found.sort_by_key(|(place, _, _)| self.places.order(*place));
        let problems = self
            .found
            .into_iter()
            .map(|(place, reason, advice)| Problem { place: self.places.show(&self.name, place), reason, advice })
            .collect();
        (self.name, problems, self.omitted)
    }
}
