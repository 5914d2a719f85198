//! From decided shortlist to mail: prompts for handwritten cards, the caseworker's mail, and its delivery.
