# Prints an authentication token of Request Tracker's administrator.
use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT;

RT->LoadConfig;
RT->Init;
my $root = RT::User->new( RT->SystemUser );
$root->Load('root');
my $token = RT::AuthToken->new( RT->SystemUser );
my ( $made, $said, $text ) = $token->Create( Owner => $root->id, Description => 'tests' );
die $said unless $made;
print "$text\n";
